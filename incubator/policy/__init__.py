"""The rules: policy texts with their clauses, programmes with dated and cited figures, decisions, public notices.

Tables: PolicyDocument, Clause, Citation, Programme, ProgrammeEdition, Parameter, ReasonCode, Holiday, OfficialReply,
Decision, PublicNotice. Used by subsidies and guarantees (which rule applies), cms and portal (what people may read).
"""
