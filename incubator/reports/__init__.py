"""Reports: what was asked, granted and paid, how budgets are used, how long each step takes, figures frozen by the month
and signed by two people, and open data of grants after their public notice.

Tables: FrozenMonth. Used by the office and by the public side."""
