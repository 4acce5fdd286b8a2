"""Measurements: two ways to the same result, side by side in one run, on a scratch database that is made and dropped.

No tables. `manage.py bench NAME`; docs/performance.md says what each measures and quotes the last run."""
