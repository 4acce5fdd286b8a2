"""A consolidated claim from assembling to the confirmed result."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.documents.services import attach_upload
from incubator.policy.models import Decision, ReasonCode
from incubator.policy.services import record_reply, verify_decisions
from incubator.subsidies.models import Claim, ClaimLine, MonthKey, SubsidyApplication
from incubator.subsidies.services import applications, claim_notices, claims, decisions, review
from incubator.subsidies.services.decisions import LineReply
from incubator.subsidies.services.printing import keep_claim_papers
from incubator.subsidies.snapshots import snapshot_digest
from tests.incubator.subsidies.conftest import QUARTER, add_cost, edition, endorse, pdf, seal
from tests.incubator.subsidies.money import endorse_own, own_cost  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def endorsed(world):
    """Rent and broadband of the startup, both endorsed."""
    return [endorse(world.apply(kind), world.actor) for kind in ("rent", "broadband")]


@pytest.fixture
def sealed(world, endorsed):
    return seal(world, endorsed)


@pytest.fixture
def printed(sealed):
    return keep_claim_papers(sealed)


def reply(world, name="reply.pdf"):
    document = attach_upload(pdf(name, name), kind="official_reply", by=world.actor("finance"))
    today = timezone.localdate()
    return record_reply(document, body="长春净月人社局（示例）", number="净人社〔2026〕8号", dated_on=today, received_on=today, by=world.actor("finance"))


@pytest.fixture
def accepted(world, printed):
    scan = attach_upload(pdf("signed.pdf", "signed"), kind="signed_scan", by=world.actor("manager"))
    filed = claims.file_claim(printed, scan=scan, by=world.actor("manager"))
    return decisions.record_receipt(filed, reply(world, "receipt.pdf"), by=world.actor("finance"))


def answers(claim, *given):
    """(verdict, amount, code) for each line."""
    lines = claims.standing(claim)
    return [
        LineReply(line, verdict, line.amount if amount is None else Decimal(amount), ReasonCode.objects.get(code=code) if code else None, "照准")
        for line, (verdict, amount, code) in zip(lines, given, strict=True)
    ]


def test_a_claim_gathers_programmes_of_one_measure_and_quarter(world, endorsed):
    claim = claims.start_claim(world.measure, "tenant", QUARTER, by=world.actor("finance"))
    assert claim.total == Decimal("7200.00")
    assert {line.application.kind for line in claims.standing(claim)} == {"rent", "broadband"}
    assert SubsidyApplication.objects.filter(state="in_claim").count() == 2


def test_nothing_endorsed_makes_no_claim(world):
    with pytest.raises(NotEligible):
        claims.start_claim(world.measure, "tenant", QUARTER, by=world.actor("finance"))
    assert not Claim.objects.exists()


def test_sealing_freezes_everything(world, sealed):
    assert sealed.number == "净创补申〔2026〕1号"
    assert sealed.snapshot_sha256 == snapshot_digest(sealed.snapshot)
    assert sealed.snapshot["totals"]["claimed_words"] == "人民币柒仟贰佰元整"
    assert claims.verify_snapshot(sealed)
    for change in ({"total": Decimal(1)}, {"snapshot_sha256": "0" * 64}, {"period": "2026-Q2"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=sealed.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.filter(claim=sealed).update(amount=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.filter(claim=sealed).delete()
    with pytest.raises(IllegalMove):
        claims.remove_line(sealed.lines.first(), by=world.actor("finance"))


def test_the_database_refuses_a_total_that_is_not_the_sum(world, endorsed):
    claim = claims.start_claim(world.measure, "tenant", QUARTER, by=world.actor("finance"))
    Claim.objects.filter(pk=claim.pk).update(total=1)
    with pytest.raises(Conflict):
        claims.seal_claim(claim, by=world.actor("finance"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state="sealed", number="x", snapshot_sha256="0" * 64, sealed_text="v1:x", sealer=world.people["finance"])


def test_the_snapshot_is_not_readable_in_the_database(sealed):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_text FROM subsidies_claim WHERE id = %s", [sealed.pk])
        stored = cursor.fetchone()[0]
    assert stored.startswith("v1:")
    assert "62220000111122223333" not in stored


def test_the_paper_says_everything_and_prints_the_same_twice(printed, tmp_path):
    import subprocess

    from incubator.subsidies.papers import print_claim_pdf

    body = printed.document.read()
    assert body == print_claim_pdf(printed.snapshot, printed.snapshot_sha256, printed.sealed_at)
    path = tmp_path / "claim.pdf"
    path.write_bytes(body)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    flat = "".join(text.split())
    for words in (printed.organisation.name, printed.organisation.uscc, "7,200.00", "人民币柒仟贰佰元整", printed.snapshot_sha256,
                  "给予适当补贴", "按照实际支付租金的50％给予房租补贴", printed.verify_code, "第1页"):
        assert words in flat
    masked = printed.public_document.read()
    path.write_bytes(masked)
    public = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "62220000111122223333" in text.replace(" ", "")
    assert "62220000111122223333" not in public.replace(" ", "")


def test_claim_json_is_attached(printed):
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(printed.document.read())) as opened:
        attached = json.loads(opened.attachments["claim.json"].get_file().read_bytes())
    assert attached == printed.snapshot


def test_the_one_who_seals_does_not_file(world, printed, people):
    from incubator.accounts.services import give_role

    give_role(people["finance"], world.organisation, "manager")
    scan = attach_upload(pdf("s.pdf", "s"), kind="signed_scan", by=world.actor("finance"))
    with pytest.raises(NotAllowed):
        claims.file_claim(printed, scan=scan, by=world.actor("finance"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=printed.pk).update(filer=people["finance"])


def test_a_claim_is_not_filed_before_its_paper_exists(world, sealed):
    scan = attach_upload(pdf("s.pdf", "s"), kind="signed_scan", by=world.actor("manager"))
    with pytest.raises(Conflict):
        claims.file_claim(sealed, scan=scan, by=world.actor("manager"))


def test_opening_again_keeps_the_number_and_makes_a_new_revision(world, sealed):
    old = sealed.verify_code
    opened = claims.unseal_claim(sealed, note="漏了一户", by=world.actor("manager"))
    assert (opened.state, opened.number, opened.revision, opened.verify_code) == ("assembling", sealed.number, 2, "")
    again = claims.seal_claim(opened, by=world.actor("finance"))
    assert again.number == sealed.number
    assert again.verify_code != old


def test_a_decision_counts_only_after_the_second_person(world, accepted):
    recorded = decisions.record_claim_decision(
        accepted, reply(world), answers(accepted, ("approved", None, None), ("cut", "1000.00", "CAP_CUT")), by=world.actor("finance")
    )
    assert SubsidyApplication.objects.filter(state="in_claim").count() == 2
    with pytest.raises(NotEligible):
        decisions.confirm_claim_decision(recorded, total=Decimal("1.00"), by=world.actor("owner"))
    decided = decisions.confirm_claim_decision(recorded, total=Decimal("7000.00"), by=world.actor("owner"))
    assert decided.state == "decided"
    assert set(SubsidyApplication.objects.values_list("state", flat=True)) == {"approved", "cut"}
    assert Decision.objects.filter(reply=decided.reply).count() == 2
    assert verify_decisions().holds


def test_the_recorder_does_not_confirm(world, accepted, people):
    from incubator.accounts.services import give_role

    give_role(people["finance"], world.organisation, "owner")
    recorded = decisions.record_claim_decision(
        accepted, reply(world), answers(accepted, ("approved", None, None), ("approved", None, None)), by=world.actor("finance")
    )
    with pytest.raises(NotAllowed):
        decisions.confirm_claim_decision(recorded, total=recorded.decided, by=world.actor("finance"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=recorded.pk).update(confirmer=people["finance"])


def test_a_refused_line_frees_its_months(world, accepted):
    recorded = decisions.record_claim_decision(
        accepted, reply(world), answers(accepted, ("refused", "0", "AUTHORITY"), ("approved", None, None)), by=world.actor("finance")
    )
    decisions.confirm_claim_decision(recorded, total=Decimal("1200.00"), by=world.actor("manager"))
    assert set(MonthKey.objects.filter(freed_at=None).values_list("cost_item", flat=True)) == {"broadband"}


def test_a_rejected_record_is_written_anew(world, accepted):
    recorded = decisions.record_claim_decision(
        accepted, reply(world), answers(accepted, ("approved", None, None), ("approved", None, None)), by=world.actor("finance")
    )
    back = decisions.reject_claim_decision(recorded, note="金额不符", by=world.actor("owner"))
    assert (back.state, back.reply, back.decided) == ("accepted", None, None)
    assert set(back.lines.values_list("verdict", flat=True)) == {"open"}


def test_a_cut_line_needs_code_and_amount(world, accepted):
    with pytest.raises(BusinessError):
        decisions.record_claim_decision(
            accepted, reply(world), answers(accepted, ("cut", "6000.00", "CAP_CUT"), ("approved", None, None)), by=world.actor("finance")
        )
    with pytest.raises(BusinessError):
        decisions.record_claim_decision(
            accepted, reply(world), answers(accepted, ("refused", "0", None), ("approved", None, None)), by=world.actor("finance")
        )
    assert Claim.objects.get(pk=accepted.pk).state == "accepted"


def test_the_notice_is_masked_and_the_result_waits_for_its_end(world, accepted):
    recorded = decisions.record_claim_decision(
        accepted, reply(world), answers(accepted, ("approved", None, None), ("approved", None, None)), by=world.actor("finance")
    )
    decided = decisions.confirm_claim_decision(recorded, total=recorded.decided, by=world.actor("owner"))
    with pytest.raises(NotEligible):
        claim_notices.skip_claim_notice(decided, by=world.actor("manager"))
    noticed = claim_notices.publish_claim_notice(decided, by=world.actor("manager"))
    shown = json.dumps(noticed.notice.payload, ensure_ascii=False)
    assert world.startup.name in shown
    assert "62220000111122223333" not in shown
    assert noticed.notice.last_day == date(2026, 12, 1)  # five working days after Tuesday 24 November
    second = make_second_manager(world)
    with pytest.raises(NotEligible):
        claim_notices.confirm_claim_result(noticed, by=second)
    with time_machine.travel(datetime(2026, 12, 2, 9, 0, tzinfo=UTC)):
        with pytest.raises(NotAllowed):
            claim_notices.confirm_claim_result(noticed, by=world.actor("manager"))
        done = claim_notices.confirm_claim_result(noticed, by=second)
    assert done.state == "confirmed"
    done.notice.refresh_from_db()
    assert done.notice.state == "closed"


def make_second_manager(world):
    from incubator.accounts.actors import actor_for
    from tests.factories.accounts import make_person

    return actor_for(make_person("manager-2", world.organisation, "manager"), world.organisation)


def test_the_space_claims_its_own_rent(world, own_cost):
    assert own_cost.claimed == Decimal("18000.00")  # 20,000 × 30 % × 3
    endorse_own(world, own_cost)
    claim = claims.seal_claim(claims.start_claim(world.measure, "space", QUARTER, by=world.actor("finance")), by=world.actor("finance"))
    assert claim.snapshot["shape"] == "space"
    assert claim.snapshot["pass_through"]["relief"] == "15000.00"
    assert claim.snapshot["account"]["number"] == world.organisation.bank_account
    assert keep_claim_papers(claim).document is not None


def test_relief_that_did_not_reach_the_tenants_refuses_the_claim(world, own_cost):
    from spaces.models import LeaseLine

    LeaseLine.objects.filter(lease__site=own_cost.site).update(unit_price=Decimal("59.00"))
    with pytest.raises(NotEligible):
        applications.submit_application(own_cost, by=world.actor("officer"), pledged=True)


def test_both_levels_never_hold_the_same_site_and_month(world, own_cost):
    """The stacking group is shared: a tenant's rent of the same site and month and the space's own exclude each other."""
    applications.submit_application(own_cost, by=world.actor("officer"), pledged=True)
    held = MonthKey.objects.filter(application=own_cost).first()
    tenant = world.apply("rent", send=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthKey.objects.create(
            application=tenant, stacking_group=held.stacking_group, subject=tenant.subject, level="tenant", site=held.site,
            cost_item="rent", month=held.month,
        )




def test_a_verdict_without_an_amount_is_refused_by_the_database(world, sealed):
    for verdict in ("approved", "cut", "refused"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClaimLine.objects.filter(claim=sealed).update(verdict=verdict)
