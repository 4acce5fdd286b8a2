"""The applicant's acts: start an application, say what it cost, attach papers, send it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.exact import BadValueError
from incubator.core.money import yuan
from incubator.documents.codes import new_verify_code
from incubator.documents.models import Document, DocumentKind
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify, people_with
from incubator.policy.models import Payee
from incubator.subsidies.assessment import assess, write_amounts
from incubator.subsidies.eligibility import failing, findings, required_items
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import ApplicationLine, Evidence, SubsidyApplication
from incubator.subsidies.payees import payee_of
from incubator.subsidies.prefill import Cost, key_of
from incubator.subsidies.progress import answer_until, next_step
from incubator.subsidies.services.keys import check_attempts, free_keys, note_attempt, reserve_keys
from incubator.subsidies.states import APPLICATION_MOVES, FREEING
from incubator.subsidies.tasks import print_receipt
from incubator.tenants.models import StartupDocument


@transaction.atomic
def start_application(edition: Any, period: str, *, by: Actor, startup: Any = None, site: Any = None) -> SubsidyApplication:
    """Open a draft for one programme and quarter, filled from lease and invoices. An open draft is taken up again.

    Raises NotEligible when there is no lease (or head lease) to claim for."""
    mine = SubsidyApplication.objects.awaiting_applicant().filter(edition=edition, period=period, startup=startup)
    found: SubsidyApplication | None = (mine.filter(site=site) if site else mine).first()
    if found is not None:
        return found
    application = SubsidyApplication(edition=edition, period=period, startup=startup, preparer=by.user)
    application.organisation = by.organisation
    kind = kind_named(application.kind)
    if edition.payee == Payee.PERSON:
        application.founder = founder_for(startup, by)
    application.site, application.lease, application.head_lease = kind.home(application.quarter, startup=startup, site=site)
    application.facts = kind.first_figures(application)
    application.save()
    _write_lines(application, [cost for cost in kind.proposals(application) if cost.free])
    _reckon(application)
    record("start", application, by=by)
    _attach_from_vault(application, by)
    return application


def founder_for(startup: Any, by: Actor) -> Any:
    """The person who asks for a grant to a person: the founder who is signed in, else the first one.

    Raises NotEligible where the startup lists no founder."""
    founders = startup.founders.filter(role="founder").order_by("pk")
    found = founders.filter(user=by.user).first() or founders.first()
    if found is None:
        raise NotEligible(_("The company lists no founder. Ask the operator to add the founder first."))
    return found


def _attach_from_vault(application: SubsidyApplication, by: Actor) -> None:
    """Put forward what the startup's vault already holds: for each paper that is demanded, the newest valid one."""
    if application.startup is None:
        return
    valid = StartupDocument.objects.of(application.startup).exclude(document__valid_to__lt=application.quarter.last_day)
    for item in required_items(application):
        paper = valid.of_kind(item).first()
        if paper is not None:
            attach_evidence(application, item, paper.document, by=by)


@transaction.atomic
def change_costs(
    application: SubsidyApplication, *, figures: dict[str, str], costs: Sequence[Cost], by: Actor, version: int
) -> SubsidyApplication:
    """Set the applicant's figures and the months or invoices that are claimed; compute the amount anew.

    Raises Conflict when somebody else has changed the draft since this page was opened."""
    locked = _editable(application)
    if locked.version != version:
        raise Conflict(_("Somebody else changed this application meanwhile. Reload the page; your figures are still in the fields."), code="stale")
    locked.facts = {**locked.facts, **figures}
    locked.version += 1
    locked.save(update_fields=["facts", "version"])
    _write_lines(locked, costs)
    _reckon(locked)
    record("change costs", locked, by=by, figures=figures, lines=len(costs))
    return locked


@transaction.atomic
def take_in(application: SubsidyApplication, known: set[str], *, by: Actor) -> SubsidyApplication:
    """After something was recorded: claim what is new and free beside what is claimed already, and compute anew.

    `known`: the keys of what could be claimed before."""
    locked = _editable(application)
    claimed = {key_of(line) for line in locked.lines.all()}
    proposals = kind_named(locked.kind).proposals(locked)
    _write_lines(locked, [cost for cost in proposals if cost.free and (cost.key in claimed or cost.key not in known)])
    locked.version += 1
    locked.save(update_fields=["version"])
    _reckon(locked)
    record("change costs", locked, by=by, lines=locked.lines.count())
    return locked


def _editable(application: SubsidyApplication) -> SubsidyApplication:
    locked = lock(application)
    if not locked.is_editable:
        raise Conflict(_("This application was already sent. Ask the case officer to return it if something is wrong."))
    return locked


def _write_lines(application: SubsidyApplication, costs: Sequence[Cost]) -> None:
    application.lines.all().delete()
    own = {"organisation": application.organisation, "application": application}
    ApplicationLine.objects.bulk_create([ApplicationLine(**own, position=position, **cost.columns) for position, cost in enumerate(costs, 1)])


def _reckon(application: SubsidyApplication) -> None:
    """Compute what is claimed. An amount that cannot be computed (no lines yet) counts as nothing."""
    try:
        outcome = assess(application)
    except (BadValueError, NotEligible):
        application.claimed, application.trace = Decimal("0.00"), {}
    else:
        write_amounts(application, outcome, field="claimed")
        application.claimed, application.trace = outcome.amount, outcome.record
    application.save(update_fields=["claimed", "trace"])


@transaction.atomic
def attach_evidence(application: SubsidyApplication, item: str, document: Document, *, by: Actor) -> Evidence:
    """Put a paper forward for one item of the evidence list."""
    locked = _editable(application)
    evidence, new = Evidence.objects.get_or_create(application=locked, item=item, document=document)
    if new:
        record("attach evidence", locked, by=by, item=item, sha256=document.sha256)
    return evidence


@transaction.atomic
def detach_evidence(evidence: Evidence, *, by: Actor) -> None:
    """Take a paper out of the application; the paper itself stays in the vault."""
    locked = _editable(evidence.application)
    record("detach evidence", locked, by=by, item=evidence.item, sha256=evidence.document.sha256)
    evidence.delete()


def submit_application(application: SubsidyApplication, *, by: Actor, pledged: bool) -> SubsidyApplication:
    """Send the application in: conditions hold, months and invoices are taken, the amount is computed and numbered.

    Raises NotEligible (a condition), Conflict (a month or invoice is taken), IllegalMove (already sent)."""
    if not pledged:
        raise BusinessError(_("Confirm the pledge before sending."), field="pledge")
    check_attempts(application)
    try:
        return _send(application, by)
    except Conflict as refusal:
        if getattr(refusal, "used_elsewhere", False):
            note_attempt(application, refusal, by=by)
        raise


def _send(application: SubsidyApplication, by: Actor) -> SubsidyApplication:
    """All of a sending or nothing."""
    resent = application.state == "returned"
    with transaction.atomic():
        with moving(application, APPLICATION_MOVES, "resubmit" if resent else "submit", by=by) as sent:
            _refuse_failing(sent)
            if resent:
                free_keys(sent)
            reserve_keys(sent)
            _complete(sent, assess(sent))
            if resent:
                sent.receipt = None  # a new receipt names the corrected amount; the old paper stays in the vault
            else:
                sent.number = f"SQ-{timezone.localdate().year}-{next_number('SQ'):06d}"
        print_receipt.defer(organisation_id=sent.organisation_id, application_id=sent.pk)
        tell_officers(sent)
        tell_receipt(sent, resent=resent)
    return sent


def _refuse_failing(application: SubsidyApplication) -> None:
    faults = failing(application)
    if faults:
        raise NotEligible(" ".join(fault.sentence for fault in faults), code=faults[0].code)


def _complete(application: SubsidyApplication, outcome: Any) -> None:
    """Write what is sent: amounts, payee, papers. Raises NotEligible when nothing comes out."""
    if outcome.amount <= 0:
        raise NotEligible(_("The amount is 0 yuan, so there is nothing to apply for. See “Why this amount”."))
    write_amounts(application, outcome, field="claimed")
    _gather_cost_papers(application)
    now = timezone.now()
    application.claimed, application.trace, application.trace_sha256 = outcome.amount, outcome.record, ""
    application.submitted_at, application.pledged_at = application.submitted_at or now, now
    application.verify_code = application.verify_code or new_verify_code()
    application.payee = payee_of(application).as_facts()
    application.reasons, application.note = [], ""
    application.findings = findings(application)


def _gather_cost_papers(application: SubsidyApplication) -> None:
    """Put the scans of the claimed invoices and slips among the evidence, so that the officer checks them too."""
    wanted = set()
    invoices = kind_named(application.kind).invoices_of(application.lines.select_related("fapiao", "activity").prefetch_related("fapiao__slips"))
    for fapiao in invoices:
        wanted.add((DocumentKind.INVOICE.value, fapiao.document_id))
        wanted |= {(DocumentKind.BANK_SLIP.value, slip.document_id) for slip in fapiao.slips.all()}
    if not invoices:
        return  # what stands on no invoice brings its own papers
    kept = application.evidence.filter(item__in=[DocumentKind.INVOICE, DocumentKind.BANK_SLIP])
    kept.exclude(document__in=[document for _item, document in wanted]).delete()
    own = {"organisation": application.organisation, "application": application}
    missing = sorted(pair for pair in wanted - set(kept.values_list("item", "document_id")) if pair[1])
    Evidence.objects.bulk_create([Evidence(**own, item=item, document_id=document) for item, document in missing])


def case_url(application: SubsidyApplication) -> str:
    """The page of the case in the office, as messages name it."""
    return f"/office/{application.organisation.slug}/subsidies/applications/{application.pk}/"


def tell_officers(application: SubsidyApplication) -> None:
    """Tell the case officers that an application waits."""
    notify(
        people_with(application.organisation, Role.OFFICER),
        gettext_noop("%(number)s of %(name)s came in: %(amount)s yuan for %(quarter)s. Take the case."),
        key=f"application:{application.pk}:submitted:{application.version}:{application.moved_at:%Y%m%d%H%M%S}",
        url=case_url(application),
        number=application.number,
        name=application.applicant_name,
        amount=yuan(application.claimed),
        quarter=application.period,
    )


def tell_receipt(application: SubsidyApplication, *, resent: bool) -> None:
    """Tell the applicant that it came in."""
    sentence = (
        gettext_noop("%(number)s was received again with your corrections: %(amount)s yuan.")
        if resent
        else gettext_noop("%(number)s was received: %(amount)s yuan. The receipt is being printed.")
    )
    tell_applicant(application, sentence, key=f"received:{application.moved_at:%Y%m%d%H%M%S}", amount=yuan(application.claimed))


def tell_applicant(application: SubsidyApplication, sentence: str, *, key: str, **values: str) -> None:
    """Tell the startup's founders, or for the site's own cost the person who prepared it: what happened (`sentence`),
    and what happens next, by whom and by when as far as the edition promises a day."""
    if application.startup:
        users = [founder.user for founder in application.startup.founders.select_related("user") if founder.user]
        url = f"/portal/{application.organisation.slug}/subsidies/{application.pk}/"
    else:
        users = [application.preparer] if application.preparer else []
        url = case_url(application)
    following = next_step(application)
    more = {"next": following.as_value()} if following else {}
    notify(users, sentence, key=f"application:{application.pk}:{key}", url=url, number=application.number, **values, **more)


@transaction.atomic
def withdraw_application(application: SubsidyApplication, *, by: Actor) -> SubsidyApplication:
    """Take the application back; its months and invoices can be claimed again."""
    moved = make_move(application, APPLICATION_MOVES, "withdraw", by=by)
    return free_if_over(moved)


def lapse_overdue(by: Actor) -> int:
    """Let every returned application lapse whose deadline has passed, and tell its people. Returns how many."""
    returned = SubsidyApplication.objects.filter(state="returned").for_pages()
    overdue = [row for row in returned if (day := answer_until(row)) and day < timezone.localdate()]
    for application in overdue:
        moved = free_if_over(make_move(application, APPLICATION_MOVES, "lapse", by=by))
        tell_applicant(
            moved,
            gettext_noop("%(number)s lapsed: it was not corrected in time. Its months can be applied for again while the window is open."),
            key="lapsed",
        )
    return len(overdue)


def free_if_over(application: SubsidyApplication) -> SubsidyApplication:
    """Free the keys of an application that ended without a grant."""
    if application.state in FREEING:
        free_keys(application)
    return application

