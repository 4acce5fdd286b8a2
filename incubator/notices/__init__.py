"""Post: what the product tells a person, in the inbox on the site and by mail.

Tables: Notice. Used by every app that has news for somebody.
"""
