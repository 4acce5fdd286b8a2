"""The day on which the tests run, for processes and worlds that are made before a test begins."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
