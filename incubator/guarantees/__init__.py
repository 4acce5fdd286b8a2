"""Loan guarantees: from the startup's application to the approval (clause 十一), and the fund that stands behind them.

Tables: Fund, FundOrder, Guarantee with GuaranteePaper and Vote, ExposureEntry. Used by the faces `office` and `portal`.
The loan after the approval has its arithmetic (`formulas.py`, `interest.py`) and no tables yet.
"""
