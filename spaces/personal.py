"""How long the names of guests are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from incubator.core.personal import keep
from spaces.services.resources import forget_guests

keep("spaces.Guest", "name", "company", basis=gettext_noop("guest list of a booking"), period=gettext_noop("90 days after the booking"),
     then=gettext_noop("deleted"), act=forget_guests, nobody="a guest has no account here; the name goes after 90 days")  # fmt: skip
