"""Money between the organisation and others. So far: the tax invoices (发票) and bank slips that prove a cost was paid.

Tables: Fapiao, BankSlip. Used by spaces, subsidies and the faces; uses tenants and documents.
"""
