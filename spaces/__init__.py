"""Places and what is let there: sites, floors, spaces, the organisation's own head leases, and leases to startups.

Tables: Site, Floor, Space, HeadLease, Lease, LeaseLine. Used by subsidies and the faces; uses tenants and documents.
"""
