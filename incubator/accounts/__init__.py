"""Who: users, organisations, memberships with roles, and the organisation context of a request.

Tables: User, Organisation, Membership. Used by every app above; knows none of them.
"""
