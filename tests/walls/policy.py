"""Who may open and do what: for each address of ours the people and the expected answers. It prints docs/addresses.md.

A number is an HTTP status: 200 a page, 302 done or led on, 403 seen but not allowed, 404 out of sight, 405 only by
POST, 409 not possible now. POST is sent without any field, so 200 is the form again with its sentences. Regenerate the
document with `python -m tests.walls.policy`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.walls.booking_rows import booking_rows
from tests.walls.contest_rows import contest_rows

ROLES = ("owner", "manager", "finance", "officer", "editor", "viewer", "founder", "member", "mentor", "judge")
OTHERS = tuple(f"other {role}" for role in ROLES)  # people of another organisation
PEOPLE = ("anonymous", *ROLES, "neighbour", *OTHERS, "platform")  # neighbour: the founder of another startup in the same house
DOCUMENT = Path(__file__).parents[2] / "docs" / "addresses.md"

PLATFORM = frozenset({"platform"})  # runs the deployment, belongs to no organisation
PUBLIC, SIGNED_IN = frozenset(PEOPLE), frozenset(PEOPLE) - {"anonymous"}
READERS = frozenset({"owner", "manager", "finance", "officer", "viewer"})
OPERATORS = READERS - {"viewer"}
KEEPERS = OPERATORS - {"finance"}
CASE_PEOPLE = frozenset({"manager", "officer"})
DESK = CASE_PEOPLE | {"finance"}
BOOKKEEPERS = frozenset({"owner", "manager", "finance", "viewer"})
CLAIM_PEOPLE = frozenset({"owner", "manager", "finance"})
LEADERS = frozenset({"owner", "manager"})
OWNER, MANAGER, FINANCE, OFFICER = (frozenset({role}) for role in ("owner", "manager", "finance", "officer"))
AUDITORS = LEADERS | {"viewer"}
JUDGE = frozenset({"judge"})
STARTUP, FOUNDER, MENTOR = frozenset({"founder", "member"}), frozenset({"founder"}), frozenset({"mentor"})
MEETING = STARTUP | MENTOR  # both sides of a session

# Home leads to the one place where a person works.
NO_PLACE = dict.fromkeys(SIGNED_IN, 302)

# An open invitation: a form for nobody yet, and for whoever is signed in with another address the sentence that says so.
MAYBE_ANOTHERS = {person: 200 if person == "anonymous" else 403 for person in PEOPLE}

# Whoever has or had a role in the house may ask it to erase; for everybody else it is not there.
OF_THE_HOUSE = {person: 200 if person in {*ROLES, "neighbour"} else 404 for person in SIGNED_IN}

# Addresses with a test of their own.
ELSEWHERE = {
    "office:mentors:statement-paper": "tests/mentors/test_pages.py: each request prints a page",
    "portal:mentors:statement-paper": "tests/mentors/test_pages.py: each request prints a page",
    "office:contests:certificate": "tests/incubator/contests/test_papers.py: the first look prints a page",
    "contests:entry-certificate": "tests/incubator/contests/test_papers.py: the first look prints a page",
    "office:events:evidence": "tests/incubator/contests/test_papers.py: each request prints a page",
    "portal:judging:final": "tests/incubator/contests/test_pages.py: for the chair of a contest on notice alone",
    "media/<path:path>": "public pictures of a development machine; elsewhere the web server's work",
    "office:bills:paper": "tests/billing/test_bill_pages.py: the first look prints a page",
    "portal:bills:paper": "tests/billing/test_bill_pages.py: the first look prints a page",
    "office:bills:letter": "tests/billing/test_dunning.py: the first look prints a page",
    "office:bills:receipt": "tests/billing/test_payment_pages.py: the first look prints a page",
    "portal:bills:receipt": "tests/billing/test_payment_pages.py: the first look prints a page",
    "gateway:stripe-event": "tests/billing/test_payments.py: what counts is the signature",
    "office:subsidies:audit-pdf": "tests/incubator/subsidies/test_payouts.py: each request prints a page",
    "cms/login/": "tests/house/test_views_are_permitted.py: leads to our log-in",
    "passkey-remove": "tests/walls/test_passkeys.py: everybody has other passkeys, or none",
    "_util/login/": "tests/house/test_views_are_permitted.py: leads to our log-in",
}


@dataclass(frozen=True)
class Page:
    """Who gets in, and what GET and an empty POST answer them: one status for all, or by role (a role left out: 403; a neighbour left out: as the founder).

    `own`: it shows an object of one startup, which people of another startup do not see."""

    who: frozenset[str]
    get: int | dict[str, int]
    post: int | dict[str, int]
    own: bool = False


TABLE: dict[str, Page] = {
    # Everybody
    "home": Page(SIGNED_IN, NO_PLACE, NO_PLACE),
    "invitation": Page(PUBLIC, MAYBE_ANOTHERS, MAYBE_ANOTHERS),
    "own-data": Page(SIGNED_IN, 200, 200),
    "own-copy": Page(SIGNED_IN, 200, 302),
    "own-copy-take": Page(SIGNED_IN, {person: 200 if person == "viewer" else 404 for person in SIGNED_IN}, {person: 200 if person == "viewer" else 404 for person in SIGNED_IN}),
    "own-erasure": Page(SIGNED_IN, OF_THE_HOUSE, {person: 404 if answer == 404 else 302 for person, answer in OF_THE_HOUSE.items()}),
    "set_language": Page(PUBLIC, 302, 302),
    "phone-remove": Page(SIGNED_IN, 405, 302),
    "health-live": Page(PUBLIC, 200, 200),
    "health-ready": Page(PUBLIC, 200, 200),
    "styleguide": Page(PUBLIC, 200, 200),
    "policy:documents": Page(PUBLIC, 200, 200),
    "policy:document": Page(PUBLIC, 200, 200),
    "policy:clause": Page(PUBLIC, 200, 200),
    "site-policy:documents": Page(PUBLIC, 200, 200),
    "site-policy:document": Page(PUBLIC, 200, 200),
    "site-policy:clause": Page(PUBLIC, 200, 200),
    "site:notices": Page(PUBLIC, 200, 200),
    "site:notice": Page(PUBLIC, 200, 200),
    "site:object": Page(PUBLIC, 200, 200),
    "site:object-write": Page(PUBLIC, 302, 302),
    "site:objection": Page(PUBLIC, 200, 302),
    "site:verify": Page(PUBLIC, 200, 200),
    "site:calculator": Page(PUBLIC, 200, 200),
    "policy-calculator": Page(PUBLIC, 200, 200),
    "verify": Page(PUBLIC, 200, 200),
    # platform
    "platform:home": Page(PLATFORM, 200, 200),
    "platform:organisation-open": Page(PLATFORM, 200, 200),
    "platform:owner-invite": Page(PLATFORM, 200, 200),
    "platform:health": Page(PLATFORM, 200, 200),
    "platform:jobs": Page(PLATFORM, 200, 200),
    "platform:jobs-retry": Page(PLATFORM, 405, 302),
    "platform:job-retry": Page(PLATFORM, 405, 302),
    "platform:security": Page(PLATFORM, 200, 200),
    "platform:security-export": Page(PLATFORM, 200, 200),
    # office
    "office:home": Page(READERS, 200, 200),
    "office:inbox": Page(READERS, 200, 200),
    "office:audit": Page(AUDITORS, 200, 200),
    "office:audit-export": Page(AUDITORS, 200, 200),
    # office accounts
    "office:sign-ins": Page(OWNER, 200, 200),
    "office:accounts:people": Page(OWNER, 200, 200),
    "office:accounts:role-give": Page(OWNER, 200, 200),
    "office:accounts:role-end": Page(OWNER, 200, 200),
    "office:accounts:factor-reset": Page(OWNER, 200, 200),
    "office:accounts:invite": Page(OWNER, 200, 200),
    "office:accounts:invitation-again": Page(OWNER, 200, 302),
    "office:accounts:invitation-withdraw": Page(OWNER, 200, 302),
    "office:accounts:roles": Page(READERS, 200, 200),
    # office subjects
    "office:subjects:people": Page(OWNER, 200, 200),
    "office:subjects:copy-make": Page(OWNER, 200, 302),
    "office:subjects:copy-take": Page(OWNER, 200, 200),
    "office:subjects:erasure-ask": Page(OWNER, 200, 200),
    "office:subjects:erasures": Page(LEADERS, 200, 200),
    "office:subjects:erasure": Page(LEADERS, 200, 200),
    "office:subjects:erasure-act · check": Page(LEADERS, 200, {"owner": 302}),
    "office:subjects:erasure-act · approve": Page(LEADERS, 200, {"manager": 302}),
    "office:subjects:erasure-act · refuse": Page(LEADERS, 200, 200),
    "office:subjects:receipt": Page(LEADERS, 200, 200),
    # office tenants
    "office:tenants:startups": Page(READERS, 200, 200),
    "office:tenants:startup-register": Page(KEEPERS, 200, 200),
    # office spaces
    "office:spaces:spaces": Page(READERS, 200, 200),
    "office:spaces:grid": Page(READERS, 200, 200),
    "office:spaces:grid-export": Page(READERS, 200, 200),
    "office:spaces:site-add": Page(KEEPERS, 200, 200),
    "office:spaces:space-add": Page(KEEPERS, 200, 200),
    "office:spaces:head-lease-record": Page(LEADERS, 200, 200),
    "office:spaces:leases": Page(READERS, 200, 200),
    "office:spaces:lease-draft": Page(CASE_PEOPLE, 200, 200),
    # office billing
    "office:billing:fapiao-list": Page(READERS, 200, 200),
    "office:billing:fapiao-record": Page(OPERATORS, 200, 200),
    # office bank
    **dict.fromkeys((f"office:bank:{name}" for name in ("health", "accounts", "lines", "line", "statement")), Page(BOOKKEEPERS, 200, 200)),
    "office:bank:decide": Page(BOOKKEEPERS, 200, {"finance": 302}),
    "office:bank:second": Page(BOOKKEEPERS, 200, {"owner": 302, "manager": 302}),
    **dict.fromkeys((f"office:bank:{name}" for name in ("account-add", "account-change", "upload", "match-payout", "book", "suspend")), Page(FINANCE, 200, 200)),
    "office:bank:statement-drop": Page(FINANCE, 200, 302),
    "office:bank:again": Page(FINANCE, 302, 302),
    "office:bank:match": Page(FINANCE, 302, 302),
    "office:bank:act": Page(LEADERS, 200, 302),
    # office ledger
    "office:ledger:books": Page(BOOKKEEPERS, 200, 200),
    "office:ledger:close-propose": Page(FINANCE, 200, 200),
    "office:ledger:account": Page(BOOKKEEPERS, 200, 200),
    "office:ledger:entry": Page(BOOKKEEPERS, 200, 200),
    "office:ledger:close-act": Page(LEADERS, 200, 302),
    # office bills
    **dict.fromkeys((f"office:bills:{name}" for name in ("bills", "receivables", "statement", "rules")), Page(READERS, 200, 200)),
    "office:bills:rule-draft": Page(FINANCE, 200, 200),
    "office:bills:rule-verify": Page(LEADERS, 200, 302),
    "office:bills:settings": Page(OWNER, 200, 200),
    "office:bills:credit-act": Page(LEADERS, 200, 302),
    "office:bills:credit-use": Page(FINANCE, 200, 409),
    "office:bills:deposits": Page(READERS, 200, 200),
    "office:bills:deposit-request": Page(FINANCE, 200, 200),
    "office:bills:deposit": Page(READERS, 200, 200),
    "office:bills:settlement": Page(FINANCE, 200, 200),
    "office:bills:deposit-act": Page(FINANCE, 200, 302),
    "office:bills:deposit-decide": Page(LEADERS, 200, 409),
    "office:bills:dunning": Page(READERS, 200, 200),
    "office:bills:letter-issue": Page(OPERATORS, 200, 302),
    "office:bills:transfer-slip": Page(READERS, 200, 200),
    "office:bills:late-fees": Page(READERS, 200, 200),
    "office:bills:late-fees-find": Page(FINANCE, 302, 302),
    "office:bills:fee-rule-draft": Page(FINANCE, 200, 200),
    "office:bills:fee-rule-verify": Page(LEADERS, 200, 302),
    "office:bills:fee-bill": Page(FINANCE, 200, 302),
    "office:bills:fee-waive": Page(LEADERS, 200, 200),
    "office:bills:invoices": Page(READERS, 200, 200),
    "office:bills:invoice": Page(READERS, 200, 200),
    "office:bills:invoice-export": Page(FINANCE, 302, 302),
    "office:bills:invoice-items": Page(FINANCE, 200, 200),
    "office:bills:invoice-check": Page(FINANCE, 200, 200),
    "office:bills:invoice-result": Page(FINANCE, 200, 200),
    "office:bills:invoice-refuse": Page(FINANCE, 200, 200),
    "office:bills:invoice-act": Page(FINANCE, 302, 302),
    "office:bills:invoice-file": Page(READERS, 200, 200),
    "office:bills:invoice-request": Page(FINANCE, 302, 302),
    "office:bills:invoice-red": Page(FINANCE, 200, 200),
    "office:bills:invoice-title": Page(FINANCE, 200, 200),
    "office:bills:payments": Page(READERS, 200, 200),
    "office:bills:payment": Page(READERS, 200, 200),
    "office:bills:payment-ask": Page(FINANCE, 302, 302),
    "office:bills:refund-request": Page(FINANCE, 200, 200),
    "office:bills:refund-act": Page(LEADERS, 200, 302),
    "office:bills:gateway": Page(OWNER, 200, 200),
    "office:bills:bill": Page(READERS, 200, 200),
    **dict.fromkeys((f"office:bills:{name}" for name in ("issue", "discard")), Page(FINANCE, 200, 302)),
    "office:bills:credit-draft": Page(FINANCE, 200, 200),
    "office:bills:loss-propose": Page(FINANCE, 200, 200),
    "office:bills:write-off": Page(OWNER, 200, 200),
    "office:runs:runs": Page(READERS, 200, 200),
    "office:runs:run-start": Page(FINANCE, 200, 200),
    "office:runs:run": Page(READERS, 200, 200),
    "office:runs:run-issue": Page(FINANCE, 200, 409),
    # office policy
    "office:policy:editions": Page(READERS, 200, 200),
    # office
    "office:dossier": Page(READERS, 200, 200),
    # office tenants
    "office:tenants:startup-change": Page(KEEPERS, 200, 200),
    "office:tenants:account-enter": Page(OPERATORS, 200, 200),
    "office:tenants:account-verify": Page(CLAIM_PEOPLE, 200, 200),
    "office:tenants:reveal": Page(OPERATORS - MANAGER, 200, 200),
    "office:tenants:founder-add": Page(KEEPERS, 200, 200),
    "office:tenants:founder-invite": Page(KEEPERS, 200, 200),
    "office:tenants:agreement-draft": Page(CASE_PEOPLE, 200, 200),
    "office:tenants:paper-add": Page(OPERATORS, 200, 200),
    "office:tenants:agreement-send": Page(CASE_PEOPLE, 200, {"officer": 302}),
    "office:tenants:agreement-cancel": Page(CASE_PEOPLE, 200, 200),
    "office:tenants:agreement-countersign": Page(CASE_PEOPLE, 200, 200),
    "office:tenants:paper": Page(READERS, 200, 200),
    "office:tenants:paper-withdraw": Page(OPERATORS, 200, 302),
    # office spaces
    "office:spaces:site-change": Page(KEEPERS, 200, 200),
    "office:spaces:head-lease-file": Page(READERS, 200, 200),
    "office:spaces:lease": Page(READERS, 200, 200),
    "office:spaces:lease-file": Page(READERS, 200, 200),
    "office:spaces:lease-change": Page(CASE_PEOPLE, 200, 200),
    "office:spaces:lease-approve": Page(MANAGER, 200, 302),
    "office:spaces:lease-sign": Page(MANAGER, 200, 200),
    "office:spaces:lease-cancel": Page(MANAGER, 200, 200),
    # office billing
    "office:billing:fapiao": Page(READERS, 200, 200),
    "office:billing:fapiao-file": Page(READERS, 200, 200),
    "office:billing:slip-record": Page(OPERATORS, 200, 200),
    "office:billing:slip-file": Page(READERS, 200, 200),
    # office policy
    "office:policy:edition-draft": Page(CASE_PEOPLE, 405, 302),
    "office:policy:edition-withdraw": Page(OWNER, 200, 200),
    "office:policy:edition": Page(READERS, 200, 200),
    "office:policy:edition-change": Page(CASE_PEOPLE, 200, 200),
    "office:policy:edition-notice": Page(CASE_PEOPLE, 200, 200),
    "office:policy:edition-papers": Page(CASE_PEOPLE, 200, 200),
    "office:policy:edition-submit": Page(CASE_PEOPLE, 200, 409),
    "office:policy:edition-approve": Page(LEADERS, 200, 409),
    "office:policy:edition-return": Page(LEADERS, 200, 200),
    "office:policy:figure-choose": Page(CASE_PEOPLE, 200, 200),
    "office:policy:figure-set": Page(CASE_PEOPLE, 200, 200),
    "office:policy:figure-remove": Page(CASE_PEOPLE, 405, 302),
    "office:policy:figure-verify": Page(CASE_PEOPLE, 200, 200),
    "office:policy:edition-supersede": Page(LEADERS, 200, 200),
    "office:policy:edition-compare": Page(READERS, 200, 200),
    "office:policy:programmes": Page(READERS, 200, 200),
    "office:policy:measure-enter": Page(CASE_PEOPLE, 200, 200),
    "office:policy:measure-import": Page(CASE_PEOPLE, 200, 200),
    "office:policy:measure": Page(READERS, 200, 200),
    "office:policy:measure-change": Page(CASE_PEOPLE, 200, 200),
    "office:policy:measure-split": Page(CASE_PEOPLE, 200, 200),
    "office:policy:measure-scan": Page(CASE_PEOPLE, 200, 200),
    "office:policy:measure-scan-file": Page(READERS, 200, 200),
    "office:policy:measure-submit": Page(CASE_PEOPLE, 200, 302),
    "office:policy:measure-file": Page(LEADERS, 200, 409),
    "office:policy:measure-return": Page(LEADERS, 200, 200),
    "office:policy:measure-drop": Page(CASE_PEOPLE, 200, 302),
    "office:policy:text": Page(READERS, 200, 200),
    "office:policy:text-confirm": Page(LEADERS, 200, 409),
    "office:policy:text-scan": Page(READERS, 200, 200),
    "office:policy:text-export": Page(READERS, 200, 200),
    "office:policy:text-replace": Page(CASE_PEOPLE, 405, 302),
    "office:policy:clause-resting": Page(READERS, 200, 200),
    "office:decisions": Page(READERS, 200, 200),
    "office:policy:notices": Page(OPERATORS, 200, 200),
    "office:policy:objections": Page(OPERATORS, 200, 200),
    "office:policy:objection-record": Page(OFFICER, 200, 200),
    "office:policy:objection": Page(OPERATORS, 200, 200),
    "office:policy:objection-paper": Page(OPERATORS, 200, 200),
    "office:policy:objection-act · admit": Page(DESK, 200, {"officer": 302}),
    "office:policy:objection-act · refuse": Page(DESK, 200, 200),
    "office:policy:objection-act · withdraw": Page(DESK, 200, 200),
    "office:policy:objection-act · record_ruling": Page(DESK, 200, 200),
    "office:policy:objection-act · uphold": Page(DESK, 200, 200),
    "office:policy:objection-act · dismiss": Page(DESK, 200, 200),
    # office subsidies
    "office:subsidies:desk": Page(READERS, 200, 200),
    "office:subsidies:start": Page(OFFICER, 200, 200),
    "office:subsidies:prospects": Page(READERS, 200, 200),
    "office:subsidies:tryout": Page(READERS, 200, 200),
    "office:subsidies:claims": Page(READERS, 200, 200),
    "office:subsidies:claim-start": Page(FINANCE, 302, 404),
    "office:subsidies:application": Page(READERS, 200, 200),
    "office:subsidies:receipt": Page(READERS, 200, 200),
    "office:subsidies:check": Page(OFFICER, 200, 200),
    "office:subsidies:evidence-file": Page(READERS, 200, 200),
    "office:subsidies:cut": Page(OFFICER, 200, 200),
    "office:subsidies:act · take": Page(DESK, 200, {"officer": 302}),
    "office:subsidies:act · return": Page(DESK, 200, 200),
    "office:subsidies:act · recommend": Page(DESK, 200, {"officer": 409}),
    "office:subsidies:act · refuse": Page(DESK, 200, 200),
    "office:subsidies:act · endorse": Page(DESK, 200, {"manager": 302}),
    "office:subsidies:act · send_back": Page(DESK, 200, 200),
    "office:subsidies:act · appeal": Page(DESK, 200, 200),
    "office:subsidies:act · reopen": Page(DESK, 200, 200),
    "office:subsidies:act · uphold": Page(DESK, 200, 200),
    "office:subsidies:act · withdraw": Page(DESK, 200, {"manager": 302}),
    "office:subsidies:costs": Page(OFFICER, 200, 200),
    "office:subsidies:evidence": Page(OFFICER, 200, 200),
    "office:subsidies:send": Page(OFFICER, 200, 200),
    "office:subsidies:remove": Page(OFFICER, 302, 302),
    "office:subsidies:add-source": Page(OFFICER, 302, 302),
    "office:subsidies:remove-source": Page(OFFICER, 302, 302),
    "office:subsidies:payees": Page(DESK, 200, 200),
    "office:subsidies:payee-verify": Page(DESK, 200, 200),
    "office:subsidies:claim": Page(READERS, 200, 200),
    "office:subsidies:claim-act · seal": Page(CLAIM_PEOPLE, 200, {"finance": 302}),
    "office:subsidies:claim-act · unseal": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · file": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · record_receipt": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · record_return": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · reopen": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:claim-act · abandon": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · record_decision": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · confirm_record": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · reject_record": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · publish_notice": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:claim-act · skip_notice": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:claim-act · confirm_result": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:claim-act · record_notice": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · withdraw_notice": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · renotice": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:claim-act · revise": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-act · close": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:payout-order": Page(FINANCE, 200, 200),
    "office:subsidies:funds-record": Page(FINANCE, 200, 200),
    "office:subsidies:funds-act · confirm": Page(OPERATORS, 200, 200),
    "office:subsidies:funds-act · reject": Page(OPERATORS, 200, 200),
    "office:subsidies:funds-paper": Page(READERS, 200, 200),
    "office:subsidies:payouts": Page(READERS, 200, 200),
    "office:subsidies:payout": Page(READERS, 200, 200),
    "office:subsidies:payout-paper": Page(READERS, 200, 200),
    "office:subsidies:payout-act · approve": Page(OPERATORS, 200, {"owner": 302, "manager": 302}),
    "office:subsidies:payout-act · cancel": Page(OPERATORS, 200, 200),
    "office:subsidies:payout-act · note_payment": Page(OPERATORS, 200, 200),
    "office:subsidies:payout-act · record_paid": Page(OPERATORS, 200, 200),
    "office:subsidies:payout-act · reject_payment": Page(OPERATORS, 200, 200),
    "office:subsidies:payout-act · credit": Page(OPERATORS, 200, 200),
    "office:subsidies:payout-act · correct_account": Page(OPERATORS, 200, 200),
    "office:subsidies:payout-results": Page(FINANCE, 200, 200),
    "office:subsidies:payout-file-make": Page(FINANCE, 302, 409),
    "office:subsidies:payout-file": Page(READERS, 200, 200),
    "office:subsidies:payout-file-download": Page(FINANCE, 200, 200),
    "office:subsidies:audit": Page(READERS, 200, 200),
    "office:subsidies:clawbacks": Page(READERS, 200, 200),
    "office:subsidies:clawback-start": Page(OFFICER, 200, 200),
    "office:subsidies:clawback": Page(READERS, 200, 200),
    "office:subsidies:clawback-paper": Page(READERS, 200, 200),
    "office:subsidies:clawback-act · decide": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:clawback-act · drop": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:clawback-act · note_repayment": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:clawback-act · repay": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:clawback-act · reject_repayment": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:clawback-act · refer": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:clawback-act · note_waiver": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:clawback-act · waive": Page(CLAIM_PEOPLE, 200, 409),
    "office:subsidies:result": Page(READERS, 200, 200),
    "office:subsidies:result-pdf": Page(READERS, 200, 200),
    "office:subsidies:refusal-check": Page(OFFICER, 200, 200),
    "office:subsidies:revision": Page(READERS, 200, 200),
    "office:subsidies:revision-paper": Page(READERS, 200, 200),
    "office:subsidies:revision-act · confirm": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:revision-act · reject": Page(CLAIM_PEOPLE, 200, 200),
    "office:subsidies:claim-line-remove": Page(FINANCE, 302, 302),
    "office:subsidies:claim-paper · pdf": Page(READERS, 200, 200),
    "office:subsidies:claim-paper · public": Page(READERS, 404, 404),
    "office:subsidies:flag": Page(OFFICER, 200, 200),
    # Reports
    "office:reports:overview": Page(BOOKKEEPERS, 200, 200),
    "office:reports:budgets": Page(BOOKKEEPERS, 200, 200),
    "office:reports:times": Page(BOOKKEEPERS, 200, 200),
    "office:reports:rows": Page(BOOKKEEPERS, 200, 200),
    "office:reports:rows · category": Page(BOOKKEEPERS, {"viewer": 404, **dict.fromkeys(CLAIM_PEOPLE, 200)}, {"viewer": 404, **dict.fromkeys(CLAIM_PEOPLE, 200)}),
    "office:reports:stays": Page(BOOKKEEPERS, 200, 200),
    "office:reports:export": Page(BOOKKEEPERS, 200, 200),
    "office:reports:print": Page(BOOKKEEPERS, 200, 200),
    "office:reports:months": Page(BOOKKEEPERS, 200, 200),
    "office:reports:month-freeze": Page(CLAIM_PEOPLE, 200, 200),
    "office:reports:month": Page(BOOKKEEPERS, 200, 200),
    "office:reports:month-sign": Page(LEADERS, 200, 302),
    "office:reports:month-reject": Page(LEADERS, 200, 200),
    "office:reports:month-rows": Page(BOOKKEEPERS, 200, 200),
    "office:reports:month-export": Page(BOOKKEEPERS, 200, 200),
    **contest_rows(Page, PUBLIC),
    "open:data": Page(PUBLIC, 200, 200),
    "open:grants-json": Page(PUBLIC, 200, 200),
    "open:grants-csv": Page(PUBLIC, 200, 200),
    "open:statistics": Page(PUBLIC, 200, 200),
    "office:subsidies:budgets": Page(READERS, 200, 200),
    "office:subsidies:budgets-export": Page(READERS, 200, 200),
    "office:subsidies:budget-open": Page(FINANCE, 200, 200),
    "office:subsidies:budget": Page(READERS, 200, 200),
    "office:subsidies:budget-export": Page(READERS, 200, 200),
    "office:subsidies:budget-enter · appropriation": Page(FINANCE, 200, 200),
    "office:subsidies:budget-enter · transfer": Page(FINANCE, 200, 200),
    "office:subsidies:budget-waiting": Page(FINANCE, 405, 302),
    "office:subsidies:budget-paper": Page(READERS, 200, 200),
    "office:subsidies:budget-confirm": Page(LEADERS, 200, 302),
    "office:subsidies:budget-reject": Page(LEADERS, 200, 200),
    "office:subsidies:budget-withdraw": Page(FINANCE, 200, 302),
    "office:subsidies:budget-reverse": Page(FINANCE, 200, 200),
    "office:subsidies:budget-rule": Page(FINANCE, 200, 200),
    # portal
    "portal:home": Page(STARTUP, 200, 200),
    "portal:inbox": Page(MEETING | {"judge"}, 200, 200),
    # portal tenants
    "portal:tenants:company": Page(STARTUP, 302, 302),
    # portal billing
    "portal:billing:fapiao-list": Page(STARTUP, 200, 200),
    "portal:bills:bills": Page(STARTUP, 200, 200),
    "portal:billing:fapiao-record": Page(STARTUP, 200, 200),
    # portal subsidies
    "office:guarantees:register": Page(READERS, 200, 200),
    "office:guarantees:fund-open": Page(OWNER, 200, 200),
    "office:guarantees:fund": Page(READERS, 200, 200),
    "office:guarantees:money": Page(FINANCE, 200, 200),
    "office:guarantees:money-paper": Page(READERS, 200, 200),
    "office:guarantees:money-act · confirm": Page(LEADERS, 200, 302),
    "office:guarantees:money-act · reject": Page(LEADERS, 200, 302),
    "office:guarantees:case": Page(READERS, 200, 200),
    "office:guarantees:paper": Page(READERS, 200, 200),
    "office:guarantees:case-act · precheck": Page(OPERATORS, 200, {"officer": 302}),
    "office:guarantees:case-act · return": Page(OPERATORS, 200, 200),
    "office:guarantees:case-act · appraise": Page(OPERATORS, 200, 200),
    "office:guarantees:case-act · vote": Page(OPERATORS, 200, 200),
    "office:guarantees:case-act · refuse": Page(OPERATORS, 200, 200),
    "office:guarantees:case-act · approve": Page(OPERATORS, 200, {"owner": 302}),
    "portal:guarantees:cases": Page(STARTUP, 200, 200),
    "portal:guarantees:apply": Page(STARTUP, 200, 200),
    "portal:guarantees:case": Page(STARTUP, 200, 200, own=True),
    "portal:guarantees:change": Page(STARTUP, 200, 200, own=True),
    "portal:guarantees:paper-add": Page(STARTUP, 200, 200, own=True),
    "portal:guarantees:paper": Page(STARTUP, 200, 200, own=True),
    "portal:guarantees:act · submit": Page(FOUNDER, 200, 302, own=True),
    "portal:guarantees:act · withdraw": Page(FOUNDER, 200, 302, own=True),
    "portal:subsidies:applications": Page(STARTUP, 200, 200),
    "portal:subsidies:programmes": Page(STARTUP, 200, 200),
    "portal:subsidies:money": Page(STARTUP, 200, 200),
    "portal:subsidies:money-receipt": Page(FOUNDER, 302, 302, own=True),
    "portal:subsidies:money-account": Page(FOUNDER, 302, 302, own=True),
    "portal:subsidies:money-letter": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:start": Page(STARTUP, 200, 200),
    # portal tenants
    "portal:tenants:profile": Page(STARTUP, 200, 200, own=True),
    "portal:tenants:contact-change": Page(FOUNDER, 200, 200, own=True),
    "portal:tenants:paper-add": Page(STARTUP, 200, 200, own=True),
    "portal:tenants:paper": Page(STARTUP, 200, 200, own=True),
    "portal:tenants:paper-withdraw": Page(STARTUP, 200, 302, own=True),
    # portal bills
    "portal:bills:bill": Page(STARTUP, 200, 200, own=True),
    "portal:bills:statement": Page(STARTUP, 200, 200, own=True),
    "portal:bills:pay": Page(STARTUP, 200, 302, own=True),
    "portal:bills:slip-send": Page(STARTUP, 200, 200, own=True),
    "portal:bills:invoice-request": Page(STARTUP, 302, 302, own=True),
    "portal:bills:invoice-title": Page(STARTUP, 200, 200, own=True),
    "portal:bills:invoice-file": Page(STARTUP, 200, 200, own=True),
    "portal:bills:payment": Page(STARTUP, 200, 200, own=True),
    "portal:bills:payment-ask": Page(STARTUP, 302, 302, own=True),
    "portal:bills:payment-cancel": Page(STARTUP, 302, 302, own=True),
    # portal billing
    "portal:billing:fapiao": Page(STARTUP, 200, 200, own=True),
    "portal:billing:fapiao-file": Page(STARTUP, 200, 200, own=True),
    "portal:billing:slip-record": Page(STARTUP, 200, 200, own=True),
    "portal:billing:slip-file": Page(STARTUP, 200, 200, own=True),
    # portal subsidies
    "portal:subsidies:application": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:receipt": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:result": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:result-pdf": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:act · withdraw": Page(FOUNDER, 200, 302, own=True),
    "portal:subsidies:act · appeal": Page(FOUNDER, 200, 200, own=True),
    "portal:subsidies:evidence-file": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:remove": Page(STARTUP, 302, 302, own=True),
    "portal:subsidies:costs": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:add-source": Page(STARTUP, 302, 302, own=True),
    "portal:subsidies:remove-source": Page(STARTUP, 302, 302, own=True),
    "portal:subsidies:evidence": Page(STARTUP, 200, 200, own=True),
    "portal:subsidies:send": Page(FOUNDER, 200, 200, own=True),
    **booking_rows(Page, everybody=PUBLIC, readers=READERS, desk=CASE_PEOPLE, keepers=KEEPERS, startup=STARTUP),
}


def expected(label: str, method: str, person: str) -> int:
    """The status that this person must get."""
    page = TABLE[label]
    answer = page.get if method == "GET" else page.post
    if page.who == PUBLIC or (page.who == SIGNED_IN and person != "anonymous"):
        return answer if isinstance(answer, int) else answer[person]
    if person == "anonymous":
        return 302  # to the log-in
    if person in OTHERS or (person == "platform") != (page.who == PLATFORM) or (person == "neighbour" and page.own and "founder" in page.who):
        return 404
    role = "founder" if person == "neighbour" else person
    if role not in page.who:
        return 403
    return answer if isinstance(answer, int) else answer.get(person, answer.get(role, 403))


def as_document() -> str:
    """docs/addresses.md: one table for each part of the site, a column for each role."""
    parts: dict[str, list[str]] = {}
    for label, page in TABLE.items():
        parts.setdefault(part_of(label, page), []).append(label)
    lines = [
        "# Who may open which address",
        "",
        "The permission behind each address: [permissions.md](permissions.md).",
        "Written by `python -m tests.walls.policy`; `tests/walls/test_matrix.py` asks every address as every person and compares.",
        "In a cell: the answer to GET, then to a POST without fields. 200 a page (or the form again), 302 done or led on,",
        "404 out of sight, 405 POST only, 409 not possible in this state; a dot: 403. Nobody signed in: led to the log-in. People of",
        "another organisation: 404 on every address below. The last column: the founder of another startup of the same house.",
        "",
        "## For everybody",
        "",
        *(f"- `{label}`" for label in parts.pop("")),
    ]
    people = (*ROLES, "neighbour")
    runs = parts.pop("platform")
    lines += ["", "## platform", "", "Only for people who run the deployment; everybody else: 404.", "", *(f"- `{label.rpartition(':')[2]}`: {cell(label, 'platform')}" for label in runs)]
    for part, labels in parts.items():
        lines += ["", f"## {part}", "", f"| Address | {' | '.join(people)} |", f"|---|{'---|' * len(people)}"]
        lines += [f"| {label.rpartition(':')[2]} | {' | '.join(cell(label, person) for person in people)} |" for label in labels]
    return "\n".join(lines) + "\n"


def part_of(label: str, page: Page) -> str:
    """The heading that an address stands under."""
    if page.who in {PUBLIC, SIGNED_IN}:
        return ""
    names = label.split(":")
    return " · ".join(names[:-1]) if len(names) > 2 else names[0]


def cell(label: str, person: str) -> str:
    """What a cell of the document says."""
    answers = [expected(label, method, person) for method in ("GET", "POST")]
    return "·" if answers == [403, 403] else " ".join("·" if answer == 403 else str(answer) for answer in answers)


if __name__ == "__main__":
    DOCUMENT.write_text(as_document(), encoding="utf-8")
