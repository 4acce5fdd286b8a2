"""The rights of the people about whom something is held: a copy of it, and its erasure with a receipt.

Tables: OwnCopy (everybody's), SubjectCopy, Erasure. Used by the account pages and the settings of the office; what is
found, shown and erased is declared by each app in `personal.py`."""
