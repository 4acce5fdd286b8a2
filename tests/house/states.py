"""Prints docs/states.md from the tables of moves: `.venv/bin/python -m tests.house.states` writes the page again."""

import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/states.md"
# Table of moves → the states that it moves between, the module of both, and the heading of the page.
TABLES = {
    "CONTEST_MOVES": ("ContestState", "incubator.contests.states", "Contest 大赛"),
    "ENTRY_MOVES": ("EntryState", "incubator.contests.states", "Entry of a contest 参赛项目"),
    "SHEET_MOVES": ("SheetState", "incubator.contests.states", "Score sheet 评分表"),
    "EVENT_MOVES": ("EventState", "incubator.contests.states", "Event 活动"),
    "SEAT_MOVES": ("SeatState", "incubator.contests.states", "Registration for an event 活动报名"),
    "STARTUP_MOVES": ("StartupState", "incubator.tenants.states", "Startup 入驻企业"),
    "AGREEMENT_MOVES": ("AgreementState", "incubator.tenants.states", "Incubation agreement 孵化协议"),
    "ERASURE_MOVES": ("ErasureState", "incubator.subjects.states", "Erasure of personal data 个人信息删除"),
    "BOOKING_MOVES": ("BookingState", "spaces.states", "Booking 预约"),
    "WAITING_MOVES": ("WaitingState", "spaces.states", "Place on the waiting list 候补"),
    "LEASE_MOVES": ("LeaseState", "spaces.states", "Lease 租赁合同"),
    "REPAIR_MOVES": ("RepairState", "spaces.states", "Repair 报修工单"),
    "BILL_MOVES": ("BillState", "billing.states", "Bill 账单"),
    "CREDIT_MOVES": ("CreditState", "billing.states", "Credit note 红字账单"),
    "INVOICING_MOVES": ("InvoicingState", "billing.states", "Request for a tax invoice 开票申请"),
    "LATE_FEE_MOVES": ("LateFeeState", "billing.states", "Late fee 违约金"),
    "DEPOSIT_MOVES": ("DepositState", "billing.states", "Deposit 押金"),
    "PAYMENT_MOVES": ("PaymentState", "billing.states", "Online payment 在线支付"),
    "REFUND_MOVES": ("RefundState", "billing.states", "Refund 退款"),
    "STATEMENT_MOVES": ("StatementState", "billing.states", "Bank statement 银行对账单"),
    "LINE_MOVES": ("BankLineState", "billing.states", "Bank line 银行流水"),
    "CLOSE_MOVES": ("CloseState", "billing.states", "Close of a month 月结"),
    "MENTOR_MOVES": ("MentorState", "mentors.states", "Mentor 导师"),
    "PAIRING_MOVES": ("PairingState", "mentors.states", "Pairing 结对"),
    "SESSION_MOVES": ("SessionState", "mentors.states", "Session 辅导"),
    "HONORARIUM_MOVES": ("HonorariumState", "mentors.states", "Honorarium statement 劳务费结算单"),
    "RATE_MOVES": ("RateState", "mentors.states", "Rate of honoraria 劳务费标准"),
    "MATCHING_MOVES": ("MatchingState", "mentors.states", "Matching 匹配"),
    "ENROLMENT_MOVES": ("EnrolmentState", "mentors.states", "Enrolment 报名"),
    "CERTIFICATE_MOVES": ("CertificateState", "mentors.states", "Certificate of training 培训证书"),
    "EDITION_MOVES": ("EditionState", "incubator.policy.states", "Programme edition 实施版本"),
    "MEASURE_MOVES": ("MeasureState", "incubator.policy.states", "Draft of a local measure 实施细则草稿"),
    "NOTICE_MOVES": ("NoticeState", "incubator.policy.states", "Public notice 公示"),
    "BUDGET_MOVES": ("BudgetOrderState", "incubator.policy.states", "Entry in a budget 预算登记"),
    "OBJECTION_MOVES": ("ObjectionState", "incubator.policy.states", "Objection 异议"),
    "APPLICATION_MOVES": ("ApplicationState", "incubator.subsidies.states", "Subsidy application 补贴申请"),
    "CLAIM_MOVES": ("ClaimState", "incubator.subsidies.states", "Consolidated claim 申报批次"),
    "FROZEN_MOVES": ("FrozenState", "incubator.reports.states", "Frozen month 月度定格"),
    "PAYOUT_MOVES": ("PayoutState", "billing.states", "Payout 拨付"),
    "FUNDS_MOVES": ("FundsState", "billing.states", "Money of the authority 待转补贴款"),
    "CLAWBACK_MOVES": ("ClawbackState", "incubator.subsidies.states", "Clawback 追缴"),
    "GUARANTEE_MOVES": ("GuaranteeState", "incubator.guarantees.states", "Loan guarantee 贷款担保"),
    "FUND_ENTRY_MOVES": ("FundEntryState", "incubator.guarantees.states", "Money of a guarantee fund 担保基金入账"),
    "REVISION_MOVES": ("RevisionState", "incubator.subsidies.states", "New decision on a claim 重新决定"),
}
HEAD = """# States

Printed from the tables of moves by `.venv/bin/python -m tests.house.states`; a test compares. Change the table, never
this page. A move that is not listed is refused (`IllegalMove`), one by another role or by the wrong person, too
(`NotAllowed`). “Not by” names earlier steps whose people may not take this one (four eyes); `system` is the product
itself or the clock. `make_move` and `moving` of `incubator/journal/services.py` are the only way to change a state.
"""


def load(name):
    """The table of moves and the class of its states."""
    states, module, _heading = TABLES[name]
    read = import_module(module)
    return getattr(read, name), getattr(read, states)


def label(choice, language):
    from django.utils import translation

    with translation.override(language):
        return str(choice)


def section(name):
    table, states = load(name)
    _states, module, heading = TABLES[name]
    lines = [f"## {heading}", "", f"`{name}` in `{module.replace('.', '/')}.py`", "", "```mermaid", "stateDiagram-v2"]
    for move in table:
        lines += [f"    {source} --> {move.target or source}: {move.act}" for source in map(str, move.sources)]
    lines += ["```", "", "| State | English | 中文 |", "|---|---|---|"]
    lines += [f"| `{s.value}` | {label(s.label, 'en')} | {label(s.label, 'zh-hans')} |" for s in states]
    lines += ["", "| Act | English | 中文 | From | To | By | Not by |", "|---|---|---|---|---|---|---|"]
    for move in table:
        sources = ", ".join(f"`{source}`" for source in map(str, move.sources))
        target = f"`{move.target}`" if move.target else "stays"
        roles, unlike = ", ".join(sorted(map(str, move.roles))), ", ".join(move.unlike) or "–"
        words = f"{label(move.label, 'en')} | {label(move.label, 'zh-hans')}"
        lines.append(f"| `{move.act}` | {words} | {sources} | {target} | {roles} | {unlike} |")
    return "\n".join(lines) + "\n"


def page():
    return "\n".join([HEAD, *map(section, TABLES)])


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
