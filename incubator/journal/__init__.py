"""What happened: append-only entries, the one function that moves a state, and numbers without gaps.

Tables: Entry, Counter. Used by every app that acts.
"""
