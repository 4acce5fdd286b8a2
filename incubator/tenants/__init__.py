"""Who is served: hosted startups, their founders, the incubation agreement, and the papers they keep with us.

Tables: Startup, AccountVerification, Founder, Agreement, StartupDocument. Used by billing, spaces, subsidies and the
faces; knows none of them.
"""
