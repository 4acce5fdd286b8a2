"""Public money for spaces and startups: applications, their lines and evidence, consolidated claims.

Tables: SubsidyApplication, ApplicationLine, Evidence, MonthKey, BenefitKey, Claim, ClaimLine.
Used by the faces `office` and `portal`. Rules come from `policy`, costs from `billing` and `spaces`.
"""
