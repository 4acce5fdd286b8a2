"""A small world for subsidies: the example measure in force, one startup with a lease, a year of paid invoices.

Call everything inside an organisation's context."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.core.files.uploadedfile import UploadedFile

from incubator.documents.models import DocumentKind
from incubator.documents.services import keep_paper
from incubator.documents.uploads import OwnPrint
from incubator.policy.importing import import_document, put_in_force
from incubator.policy.loading import DATA
from incubator.policy.models import ProgrammeEdition
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.services import applications, claims, review
from incubator.tenants.services import add_document
from tests.factories.billing import a_fapiao, a_slip
from tests.factories.payouts import verify
from tests.factories.spaces import a_line, a_running_lease, a_site, a_space
from tests.factories.tenants import a_founder, a_startup, an_agreement

EXAMPLE = DATA / "example-measure.yaml"
QUARTER = "2026-Q3"
MONTHS = (7, 8, 9)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000056 00000 n \n0000000107 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n170\n%%EOF\n"
)


def pdf(name: str = "paper.pdf", tail: str = "") -> UploadedFile:
    """A small sound PDF; `tail` makes its digest another one."""
    return OwnPrint(name, PDF + f"%{tail}\n".encode(), content_type="application/pdf")


def add_startup(organisation, people, site, *, uscc=None, founder="founder", area="80.00", unit="62.00", number=1):
    """A startup in incubation with a running lease and, for the third quarter, paid invoices of every kind."""
    officer, manager = people["officer"], people["manager"]
    actor = SimpleNamespace(user=officer, organisation=organisation, roles=frozenset({"officer"}))
    fields = {"uscc": uscc} if uscc else {}
    startup = a_startup(
        bank_name="吉林银行", bank_account="62220000111122223333", account_entered_by=officer, account_verified_by=manager,
        account_verified_on=date(2026, 1, 5), settled_on=date(2026, 1, 1), state="incubated", **fields,
    )
    verify(startup, people, startup.bank_account)
    a_founder(startup, user=people[founder])
    papers = {kind: add_document(startup, pdf(f"{kind}.pdf", f"{kind}{startup.pk}"), kind=kind, by=actor).document
              for kind in ("licence", "lease", "pledge", "line_contract", "software_licence")}
    an_agreement(startup, officer, state="active", countersigner=manager, number=f"FH-{startup.pk}", document=papers["lease"])
    space = a_space(site, area=Decimal(area))
    lease = a_running_lease(startup, space, officer, manager, papers["lease"], owner_consent=True)
    lease.lines.filter(space=space).update(unit_price=Decimal(unit))
    a_line(lease, monthly_fee=Decimal("999.00"))
    for month in MONTHS:
        add_cost(startup, officer, "rent", month, Decimal(area) * Decimal(unit), actor)
        add_cost(startup, officer, "broadband", month, Decimal("999.00"), actor)
    add_cost(startup, officer, "software", 8, Decimal("18000.00"), actor)
    return startup, papers


def add_cost(startup, officer, kind, month, amount, actor):
    """A paid invoice of one month with the scans of invoice and slip."""
    day = date(2026, month, 1)
    tail = f"{kind}{month}{startup.pk if startup else 'own'}"
    scan = keep_paper(PDF + tail.encode(), title=f"{kind} {month}", name="f.pdf", by=actor, kind=DocumentKind.INVOICE)
    slip = keep_paper(PDF + b"slip" + tail.encode(), title=f"slip {month}", name="s.pdf", by=actor, kind=DocumentKind.BANK_SLIP)
    fields = {"kind": kind, "period_from": day, "period_to": day, "issued_on": day, "amount": amount, "document": scan}
    if startup is None:
        fields |= {"buyer_name": actor.organisation.name, "buyer_uscc": actor.organisation.uscc}
    fapiao = a_fapiao(startup, officer, **fields)
    a_slip(fapiao, officer, document=slip)
    return fapiao


def make_world(organisation, people, actor) -> SimpleNamespace:
    """Everything an application needs. `load_everything` has run before, outside of any context."""
    imported = import_document(EXAMPLE, by=actor("officer"))
    put_in_force(imported, submitter=actor("officer"), approver=actor("manager"))
    site = a_site()
    startup, papers = add_startup(organisation, people, site)
    return SimpleNamespace(
        organisation=organisation, people=people, actor=actor, site=site, startup=startup, papers=papers,
        measure=imported.document, quarter=QUARTER, apply=lambda kind="rent", **more: apply_for(actor, startup, papers, kind, **more),
    )


def edition(kind: str, payee: str = "tenant") -> ProgrammeEdition:
    return ProgrammeEdition.objects.own().exclude(state="draft").get(programme__kind=kind, payee=payee)


def apply_for(actor, startup, papers, kind="rent", *, send=True) -> SubsidyApplication:
    """An application of the startup for the third quarter, sent in by its founder."""
    founder = actor("founder")
    application = applications.start_application(edition(kind), QUARTER, startup=startup, by=founder)
    for item in ("licence", "lease", "pledge", "line_contract", "software_licence"):
        if any(row["item"] == item and row["required"] for row in application.edition.evidence):
            applications.attach_evidence(application, item, papers[item], by=founder)
    return applications.submit_application(application, by=founder, pledged=True) if send else application


def look_through(application, actor):
    """The officer finds every paper good."""
    for row in application.evidence.all():
        review.judge_evidence(row, verdict="good", finding="", by=actor("officer"))


def endorse(application, actor) -> SubsidyApplication:
    """Take, check, recommend, endorse."""
    taken = review.take_application(application, by=actor("officer"))
    look_through(taken, actor)
    recommended = review.recommend_application(taken, by=actor("officer"))
    return review.endorse_application(recommended, by=actor("manager"))


def seal(world, applications_, payee="tenant"):
    """A sealed claim of these endorsed applications."""
    claim = claims.start_claim(world.measure, payee, QUARTER, by=world.actor("finance"))
    return claims.seal_claim(claim, by=world.actor("finance"))


