"""The story is told once on the test database: what a visitor finds, and that a second telling changes nothing."""

import subprocess
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from billing.models import BankSlip, Fapiao
from incubator.accounts.actors import actor_for
from incubator.accounts.models import Membership, Organisation, User
from incubator.core.money import amount_in_words, yuan
from incubator.core.scoping import organisation_context
from incubator.demo import people, story
from incubator.documents.models import Document
from incubator.documents.uploads import look_inside
from incubator.journal.models import Entry
from incubator.demo.programmes import FILL
from incubator.policy.loading import load_everything
from incubator.policy.services import verify_decisions
from incubator.subjects.models import Erasure, SubjectCopy
from incubator.subsidies.models import Claim, SubsidyApplication
from incubator.subsidies.services.claims import verify_snapshot
from incubator.subsidies.states import ApplicationState, ClaimState
from incubator.subsidies.wizard import offers
from incubator.tenants.models import Startup
from spaces.models import Lease

ALL_BUT_CLOCKED = set(ApplicationState.values) - {ApplicationState.LAPSED}  # no clock runs in the story


def test_story_told_once_shows_every_state_and_a_second_telling_changes_nothing(db):
    load_everything()
    assert not story.is_told()
    told = story.tell()
    jingyue, yanbian = told.jingyue.organisation, told.yanbian.organisation
    assert list(Organisation.objects.order_by("slug").values_list("slug", "claim_prefix", "is_example")) == [
        ("jingyue", "净创", True), ("yanbian", "延创", True),
    ]
    with organisation_context(jingyue):
        check_startups(told.jingyue)
        check_applications(told.jingyue)
        check_claims(told.jingyue)
        check_wizard(told.jingyue)
        check_rights()
    with organisation_context(yanbian):
        assert Startup.objects.count() == 2
        assert SubsidyApplication.objects.count() == Claim.objects.count() == 0
    check_people()
    before = counts(jingyue)
    with pytest.raises(story.AlreadyTold), transaction.atomic():
        story.tell()
    assert counts(jingyue) == before


def check_startups(stage):
    assert Startup.objects.count() == len(stage.house.tenants) + 1  # and the newcomer
    assert Counter(Startup.objects.values_list("state", flat=True)) == {"incubated": 14, "registered": 1}
    assert Lease.objects.running_on(stage.days.today).count() == 14
    assert Startup.objects.filter(account_verified_by=None).count() == 2
    assert not Fapiao.objects.unpaid().exists()
    assert Fapiao.objects.filter(document=None).count() == BankSlip.objects.filter(document=None).count() == 0
    assert Fapiao.objects.filter(startup=None).count() >= 12
    scans = Document.objects.of_kind("invoice")
    assert all("示例 SAMPLE" in text_of(scan.read()) for scan in scans[:3])
    assert all(look_inside(scan.read(), "application/pdf").pages == 1 for scan in scans[:3])


def check_applications(stage):
    states = Counter(SubsidyApplication.objects.values_list("state", flat=True))
    assert set(states) == ALL_BUT_CLOCKED
    told = SubsidyApplication.objects.filter(edition__programme__kind__in=FILL).values_list("edition__programme__kind", "state")
    assert len(told) == len(FILL) == len({kind for kind, _state in told})
    assert {state for _kind, state in told} == {"in_claim", "in_review", "recommended", "submitted", "returned"}
    assert not Entry.objects.filter(at__gt=timezone.now()).exists()
    first = Entry.objects.order_by("at").first()
    assert timezone.localdate(first.at) == stage.days.opening.first
    assert verify_decisions().holds
    now = SubsidyApplication.objects.filter(period=str(stage.days.quarter))
    assert now.ready_for_claim().count() == 3
    assert not now.exclude(number="").filter(receipt=None).exists()


def check_claims(stage):
    claims = list(Claim.objects.order_by("pk"))
    confirmed = len(stage.days.history)
    now = [ClaimState.NOTICED, ClaimState.SEALED, ClaimState.SEALED, ClaimState.FILED, ClaimState.SEALED]
    assert [claim.state for claim in claims[confirmed:]] == now
    assert {claim.state for claim in claims[:confirmed]} <= {ClaimState.CONFIRMED, ClaimState.PAYING, ClaimState.PAID, ClaimState.CLOSED}
    assert [claim.payee for claim in claims[-5:]] == ["tenant", "space", "person", "tenant", "space"]
    assert claims[-5].notice.confirm_from > stage.days.today
    for claim in claims:
        assert verify_snapshot(claim)
        assert claim.public_document is not None
        check_claim_text(claim, text_of(claim.document.read()))


def check_claim_text(claim, text):
    """What an authority reads: who, how much in both ways, and on whose words it rests."""
    plain = "".join(text.split())
    for words in (claim.organisation.name, claim.organisation.uscc, f"¥{yuan(claim.total)}", amount_in_words(claim.total)):
        assert words in plain, words
    if claim.measure.slug == "jingyue-space-2025":
        assert "可对众创空间的房租、宽带网络、公共软件等给予适当补贴" in plain
    assert claim.number in plain


def check_rights():
    """A copy to take, and an erasure that says what goes and waits for somebody other than the owner who checked."""
    assert SubjectCopy.objects.get().is_ready
    waiting = Erasure.objects.get()
    assert waiting.state == "checked" and waiting.plan and waiting.approver is None


def check_wizard(stage):
    """One founder has applied for nothing in the last quarter and has paid bills for all three costs."""
    startup = stage.startups["yunshan"]
    found = offers(startup, stage.days.quarter)
    assert [(offer.edition.programme.kind, offer.possible, offer.months) for offer in found] == [
        ("rent", True, 3), ("broadband", True, 3), ("software", True, 1), ("social_insurance", True, 0), ("internship", True, 0),
        ("one_off", True, 1),
    ]
    assert startup.account_is_verified
    assert {"licence", "lease", "pledge", "line_contract", "software_licence"} <= set(stage.papers["yunshan"])
    assert Decimal("18150.00") == found[0].paid


def check_people():
    for email in ("wang.min@jingyue.example", "lin.kexin@yunshan.example", "admin@fuhua.example"):
        user = User.objects.get(email=email)
        assert user.check_password(people.PASSWORD)
        assert user.emailaddress_set.get().verified
    assert not Membership.objects.filter(user__is_superuser=True).exists()
    founder = User.objects.get(email="li.shunji@jindalai.example")
    assert actor_for(founder, Organisation.objects.get(slug="jingyue")) is None


def counts(organisation):
    with organisation_context(organisation):
        return {model.__name__: model.objects.count() for model in (Entry, Document, Fapiao, SubsidyApplication, Claim)}


def text_of(pdf):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()
