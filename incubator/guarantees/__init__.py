"""Loan guarantees: from the startup's application to the write-off (clause 十一), and the fund that stands behind them.

Tables: Fund, Limit, FundEntry, ExposureEntry, Guarantee with its papers, votes and recorded steps, Loan, Repayment,
Compensation, WriteOff. Used by the faces `office` and `portal`. The interest claim goes through `subsidies`.
"""
