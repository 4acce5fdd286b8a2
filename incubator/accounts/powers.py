"""Who may do what: every permission with the roles that carry it. The settings page and docs/permissions.md print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from rules.permissions import permissions

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role

LABELS = {  # what each permission is called on the settings page; tests/incubator/accounts/test_people.py compares
    "accounts.manage_people": _("Manage people, roles and invitations"),
    "accounts.read_roles": _("Read who may do what"),
    "billing.read_bills": _("Read bills, receivables and tax rules"),
    "billing.read_own_bills": _("Read the own bills and the statement of account"),
    "billing.pay_own_bill": _("Pay the own bills online"),
    "billing.request_refund": _("Ask for refunds of online payments"),
    "billing.settle_refund": _("Approve or drop a refund"),
    "billing.keep_deposits": _("Ask for, receive and settle deposits"),
    "billing.settle_deposit": _("Approve or reject the settlement of a deposit"),
    "billing.use_credit": _("Use credit of startups for their bills"),
    "billing.issue_letter": _("Print dunning letters"),
    "billing.bill_late_fee": _("Bill late fees and write their terms down"),
    "billing.waive_late_fee": _("Waive late fees and verify their terms"),
    "billing.keep_gateway": _("Keep the keys of the payment gateway"),
    "billing.run_bills": _("Start a billing run"),
    "billing.issue_bill": _("Issue bills, propose credit notes and write-offs"),
    "billing.settle_credit": _("Issue or drop a proposed credit note"),
    "billing.write_off": _("Write off a bill"),
    "billing.draft_tax_rule": _("Write tax rules down"),
    "billing.verify_tax_rule": _("Verify tax rules"),
    "billing.change_settings": _("Change the billing settings"),
    "billing.close_period": _("Close a month of the books"),
    "billing.confirm_match": _("Confirm, reject or take back a match of bank money"),
    "billing.import_statement": _("Keep bank accounts and import their files"),
    "billing.match_line": _("Match bank lines"),
    "billing.read_bank": _("Read bank accounts and lines"),
    "billing.propose_close": _("Propose to close a month of the books"),
    "billing.read_ledger": _("Read the books"),
    "billing.read_fapiao": _("Read invoices and slips"),
    "billing.read_own_fapiao": _("Read the own invoices and slips"),
    "billing.record_fapiao": _("Record invoices and slips"),
    "billing.record_own_fapiao": _("Record the own invoices and slips"),
    "contests.check_in": _("Check people in at the door"),
    "contests.edit_contest": _("Draft contests and their rules"),
    "contests.edit_event": _("Draft, publish and close events"),
    "contests.manage_jury": _("Seat judges, record conflicts, revoke certificates"),
    "contests.move_contest": _("Take a contest and its entries to the next step"),
    "contests.read_contest": _("Read contests, entries and events"),
    "contests.score_entry": _("Score the assigned entries"),
    "contests.screen_entry": _("Screen entries and explain hits of the leak test"),
    "contests.view_own_entries": _("Read the startup's entries in contests"),
    "guarantees.apply": _("Apply for a loan guarantee"),
    "guarantees.confirm_money": _("Confirm money of a guarantee fund"),
    "guarantees.enter_money": _("Enter money of a guarantee fund"),
    "guarantees.open_fund": _("Open guarantee funds"),
    "guarantees.send": _("Send in and withdraw loan guarantees"),
    "guarantees.view_own": _("Read the own loan guarantees"),
    "guarantees.view_register": _("Read loan guarantees and funds"),
    "guarantees.vote": _("Vote in the committee, and act on cases as the role allows"),
    "journal.read_audit": _("Read and export the audit"),
    "journal.read_sign_ins": _("Read the sign-ins of the own people"),
    "office.view_desk": _("Open the office"),
    "mentors.approve_mentor": _("Approve mentors and renew their terms"),
    "mentors.enter_account": _("Enter and verify accounts of mentors"),
    "mentors.join_course": _("Take part in training"),
    "mentors.keep_courses": _("Keep courses, attendance and certificates"),
    "mentors.keep_mentors": _("Keep mentors, pairings, sessions and matchings"),
    "mentors.meet": _("Plan, confirm and see the own sessions"),
    "mentors.move_honoraria": _("Approve and pay honoraria"),
    "mentors.prepare_honoraria": _("Draft honoraria and their rates"),
    "mentors.read_courses": _("Read courses and attendance"),
    "mentors.read_honoraria": _("Read honoraria"),
    "mentors.read_mentors": _("Read mentors, pairings and sessions"),
    "mentors.read_own_need": _("Read what the own startup needs"),
    "mentors.serve": _("Serve as a mentor"),
    "mentors.state_need": _("Say what the startup needs and choose mentors"),
    "policy.approve_edition": _("Approve editions"),
    "policy.confirm_budget": _("Confirm entries in budgets"),
    "policy.enter_budget": _("Enter budgets and their documents"),
    "policy.view_budget": _("Read budgets"),
    "policy.edit_edition": _("Draft and submit editions"),
    "policy.file_objection": _("Write down objections on paper"),
    "policy.move_objection": _("Admit objections and rule on them"),
    "policy.view_decision": _("Read and verify decision records"),
    "policy.view_edition": _("Read editions"),
    "policy.view_objection": _("Read objections"),
    "policy.withdraw_edition": _("Withdraw editions"),
    "portal.read_inbox": _("Read the own messages"),
    "portal.view_home": _("Open the startup's pages"),
    "reports.freeze_month": _("Freeze the figures of a month"),
    "reports.sign_month": _("Sign frozen figures as the second person"),
    "reports.view_report": _("Read reports and their rows"),
    "spaces.book": _("Book rooms, desks and machines"),
    "spaces.change_head_lease": _("Record head leases"),
    "spaces.change_resources": _("Change what can be booked, its rules and prices"),
    "spaces.change_spaces": _("Change sites and spaces"),
    "spaces.draft_lease": _("Draft leases"),
    "spaces.move_lease": _("Approve, sign and end leases"),
    "spaces.read_bookings": _("Read bookings"),
    "spaces.read_leases": _("Read leases"),
    "spaces.read_spaces": _("Read sites and spaces"),
    "spaces.run_bookings": _("Book, decide and close rooms for others"),
    "subjects.move_erasure": _("Approve erasures of personal data"),
    "subjects.serve_person": _("Make copies of a person's data and check erasures"),
    "subsidies.apply": _("Prepare the startup's application"),
    "subsidies.apply_for_site": _("Apply for the space's own costs"),
    "subsidies.bank_file": _("Make bank files and take the bank's results"),
    "subsidies.build_claim": _("Put claims together"),
    "subsidies.check_application": _("Check evidence and cut lines"),
    "subsidies.move_application": _("Recommend, endorse, return or refuse"),
    "subsidies.move_claim": _("Seal, file, record and confirm claims"),
    "subsidies.move_clawback": _("Decide, take in or waive clawbacks"),
    "subsidies.move_payout": _("Approve, record, confirm or correct payouts"),
    "subsidies.open_clawback": _("Open a clawback"),
    "subsidies.order_payout": _("Order payouts"),
    "subsidies.send": _("Submit the startup's application"),
    "subsidies.verify_payee": _("Verify accounts of persons and investors"),
    "subsidies.view_application": _("Read applications"),
    "subsidies.view_claim": _("Read claims"),
    "subsidies.view_desk": _("Open the subsidy desk"),
    "subsidies.view_payout": _("Read payouts and clawbacks"),
    "subsidies.view_own": _("Read the startup's applications"),
    "tenants.add_document": _("Add papers of startups"),
    "tenants.add_own_document": _("Add the own papers"),
    "tenants.change_own_contact": _("Change the own contact"),
    "tenants.change_startup": _("Correct the data of startups"),
    "tenants.draft_agreement": _("Draft incubation agreements"),
    "tenants.enter_account": _("Enter payee accounts"),
    "tenants.move_agreement": _("Send, countersign and end agreements"),
    "tenants.read_category": _("Read categories of persons"),
    "tenants.read_document": _("Read papers of startups"),
    "tenants.read_own_company": _("Read the own company"),
    "tenants.read_startups": _("Read startups"),
    "tenants.register_startup": _("Register startups"),
    "tenants.reveal_personal": _("Show personal data in full"),
    "tenants.verify_account": _("Verify payee accounts"),
}


@dataclass(frozen=True)
class Power:
    """One permission, and for each role in their order whether it carries it."""

    name: str
    roles: tuple[bool, ...]

    @property
    def act(self) -> Any:
        """The permission in the reader's words."""
        return LABELS[self.name]


def powers() -> list[Power]:
    """Every permission of the product, by name. A role alone is asked: no person, no record."""
    return [Power(name, tuple(carries(name, role) for role in Role)) for name in sorted(permissions)]


def carries(name: str, role: Role) -> bool:
    nobody: Any = None
    return bool(permissions[name].test(Actor(user=nobody, organisation=nobody, roles=frozenset({role}))))


def groups() -> list[tuple[Any, list[Power]]]:
    """The same by app, under the app's name for people."""
    found: dict[str, list[Power]] = {}
    for power in powers():
        found.setdefault(power.name.partition(".")[0], []).append(power)
    return [(apps.get_app_config(label).verbose_name, listed) for label, listed in found.items()]
