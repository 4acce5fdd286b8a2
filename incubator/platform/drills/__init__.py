"""Rehearsals of what breaks one night, on copies that are thrown away: `manage.py drill restore|restart|kill9`."""
