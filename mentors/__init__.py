"""Mentors and training: profiles, needs, matching, sessions, hours and honoraria, courses and certificates.

Tables of `mentors.models`. Used by operators, mentors, founders and the public directory."""
