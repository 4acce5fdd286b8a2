"""A claim on public notice: its days, objections answered by others, new decisions, and the result."""

import subprocess
from datetime import date, timedelta
from decimal import Decimal

import pikepdf
import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, Conflict, NotAllowed, NotEligible
from incubator.core.formulas import compute
from incubator.core.scoping import organisation_context
from incubator.documents.services import attach_upload
from incubator.policy.models import ContactCheck, Decision, Holiday, Objection, PublicNotice, ReasonCode
from incubator.policy.services import Complaint, objections, record_reply, send_contact_code, try_code, verify_decisions, working_day
from incubator.policy.tasks import mail_contact_code, tell_objector
from incubator.subsidies.models import Claim, ClaimLine, MonthKey, ResultNotice
from incubator.subsidies.services import claim_notices, claims, decisions, revisions
from incubator.subsidies.services.decisions import LineReply
from incubator.subsidies.services.results import keep_result
from incubator.tenants.models import Founder
from tests.factories.accounts import make_person
from tests.factories.subsidies import endorse, pdf, seal
from tests.walls.conftest import building
from tests.incubator.subsidies.one_world import client_of, for_the_file, for_this_test, organisation, site, world  # noqa: F401  (fixtures)


def reply_of(world, name="reply"):
    document = attach_upload(pdf(f"{name}.pdf", name), kind="official_reply", by=world.actor("finance"))
    day = timezone.localdate()
    return record_reply(document, body="净月人社局", number=f"净人社复〔2026〕{name}号", dated_on=day, received_on=day, by=world.actor("finance"))


def decide(world, verdicts):
    """A claim of rent and broadband, decided line by line: "approved", "refused" or an amount to which it is cut."""
    claim = seal(world, [endorse(world.apply(kind), world.actor) for kind in ("rent", "broadband")])
    from incubator.documents.services import keep_paper

    paper = keep_paper(b"%PDF-1.4 x", title="print", name="p.pdf", by=world.actor("officer"))
    Claim.objects.filter(pk=claim.pk).update(document=paper)
    scan = attach_upload(pdf("scan.pdf", "scan"), kind="signed_scan", by=world.actor("manager"))
    filed = claims.file_claim(claim, scan=scan, by=world.actor("manager"))
    accepted = decisions.record_receipt(filed, reply_of(world, "receipt"), by=world.actor("finance"))
    answers = [said(line, verdict) for line, verdict in zip(claims.standing(accepted), verdicts, strict=True)]
    recorded = decisions.record_claim_decision(accepted, reply_of(world, "decision"), answers, by=world.actor("finance"))
    return decisions.confirm_claim_decision(recorded, total=recorded.decided, by=world.actor("manager"))


def said(line, verdict):
    if verdict == "approved":
        return LineReply(line, "approved", line.amount)
    code = ReasonCode.objects.get(code="AUTHORITY")
    if verdict == "refused":
        return LineReply(line, "refused", Decimal("0.00"), code, "不予补贴")
    return LineReply(line, "cut", Decimal(verdict), code, "按比例核减")


@pytest.fixture
def second(world, organisation):
    """second("manager"): another person of that role, with no part in any line."""
    known = {}

    def of(role):
        if role not in known:
            known[role] = make_person(f"second-{role}", organisation, role)
        return actor_for(known[role], organisation)

    return of


@pytest.fixture(scope="module")
def decided_once(site):
    """Rent approved, broadband cut to 600 yuan, both on notice: built once."""
    with building(), organisation_context(site.organisation):
        return claim_notices.publish_claim_notice(decide(site, ["approved", "600"]), by=site.actor("manager")).pk


@pytest.fixture
def noticed(decided_once, world):
    return Claim.objects.select_related("notice").get(pk=decided_once)


def object_to(notice, row=1, contact="wang@example.com", text="该企业未实际入驻"):
    check = ContactCheck.objects.create(notice=notice, contact=contact, contact_index="x", code="123456", language="zh-hans")
    return objections.file_objection(notice, Complaint("王某某", contact, text, row), check=check)


def after(notice):
    return time_machine.travel(timezone.localtime().replace(year=notice.confirm_from.year, month=notice.confirm_from.month, day=notice.confirm_from.day), tick=True)


# The days


def test_the_working_day_shown_is_counted_as_the_formula_counts(noticed):
    notice = noticed.notice
    holidays, extra = Holiday.objects.calendar()
    facts = {"published_on": notice.published_on, "holidays": holidays, "extra_workdays": extra}
    for count in range(1, notice.working_days + 1):
        end = compute("notice_period", terms={"working_days": count}, facts=facts).extra["last_day"]
        assert working_day(notice, end) == count
        assert working_day(notice, end - timedelta(days=1)) == count - 1
    assert working_day(notice, notice.published_on) == 0
    assert working_day(notice, notice.last_day + timedelta(days=30)) == notice.working_days
    assert notice.last_day == compute("notice_period", terms={"working_days": notice.working_days}, facts=facts).extra["last_day"]


def test_a_holiday_inside_the_notice_moves_its_last_day():
    facts = {"published_on": date(2026, 9, 28), "holidays": [], "extra_workdays": []}
    plain = compute("notice_period", terms={"working_days": 5}, facts=facts).extra["last_day"]
    moved = compute("notice_period", terms={"working_days": 5}, facts=facts | {"holidays": [date(2026, 10, 1)]}).extra["last_day"]
    assert (plain, moved) == (date(2026, 10, 5), date(2026, 10, 6))


# The list and its parties


def test_the_list_names_who_had_a_part_but_shows_nobody(world, noticed, client):
    notice = noticed.notice
    people = world.people
    assert set(notice.parties["rows"]["1"]) == {people[role].pk for role in ("founder", "officer", "manager", "finance")}
    page = client.get(f"/jingyue/notices/{notice.code}/").text
    assert "parties" not in str(notice.payload)
    for person in ("officer", "finance"):
        assert people[person].name not in page


def test_whoever_had_a_part_neither_examines_nor_rules(world, noticed, second):
    objection = object_to(noticed.notice)
    with pytest.raises(NotAllowed):
        objections.admit_objection(objection, by=world.actor("officer"))
    with pytest.raises(IntegrityError), transaction.atomic():  # the database, past the service
        Objection.objects.filter(pk=objection.pk).update(state="examined", examiner=world.people["officer"])
    admitted = objections.admit_objection(objection, by=second("officer"))
    with pytest.raises(NotAllowed):
        objections.rule_objection(admitted, "dismiss", note="查无此事", by=world.actor("manager"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(state="dismissed", ruler=world.people["manager"], ruling="x")
    dismissed = objections.rule_objection(admitted, "dismiss", note="查无此事", by=second("manager"))
    assert dismissed.state == "dismissed"


def test_one_person_never_examines_and_rules(noticed, second):
    admitted = objections.admit_objection(object_to(noticed.notice), by=second("officer"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=admitted.pk).update(state="upheld", ruler=admitted.examiner, ruling="x")


def test_the_authoritys_ruling_counts_when_a_manager_confirms_it(world, noticed, second):
    admitted = objections.admit_objection(object_to(noticed.notice), by=second("officer"))
    ruled = objections.record_ruling(admitted, reply_of(world, "ruling"), proposed="dismissed", note="异议不成立", by=world.actor("finance"))
    assert ruled.state == "examined"
    with pytest.raises(Conflict):
        objections.rule_objection(ruled, "uphold", note="", by=second("manager"))
    confirmed = objections.rule_objection(ruled, "dismiss", note="", by=world.actor("manager"))
    assert (confirmed.state, confirmed.ruling) == ("dismissed", "异议不成立")


# In time


def test_an_objection_comes_before_the_last_day_ends(noticed):
    notice = noticed.notice
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=True), pytest.raises(Conflict):
        object_to(notice)


def test_what_came_on_paper_in_time_may_be_written_down_after_the_close(world, noticed):
    notice = noticed.notice
    with after(notice):
        from incubator.policy.services import close_ended_notices

        close_ended_notices(by=world.actor("system"))
        said_ = Complaint("李某", "吉林省长春市某路1号", "收到于截止日", None)
        late = objections.record_objection(notice, said_, received_on=notice.last_day, by=world.actor("officer"))
        assert late.channel == "paper"
        with pytest.raises(Conflict):
            objections.record_objection(notice, said_, received_on=notice.confirm_from, by=world.actor("officer"))


def test_what_was_filed_is_never_changed(noticed):
    objection = object_to(noticed.notice)
    for change in ({"row": 2}, {"text_sha256": "0" * 64}, {"received_on": date(2026, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Objection.objects.filter(pk=objection.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        objection.delete()


def test_three_unanswered_objections_of_one_contact_are_enough(noticed):
    for _place in range(3):
        object_to(noticed.notice)
    with pytest.raises(BusinessError):
        object_to(noticed.notice)
    assert object_to(noticed.notice, contact="other@example.com")


# The result waits


def test_a_result_waits_for_every_open_objection(world, noticed, second):
    objection = object_to(noticed.notice)
    with after(noticed.notice):
        with pytest.raises(Conflict, match=objection.number):
            claim_notices.confirm_claim_result(noticed, by=second("manager"))
        with pytest.raises(IntegrityError), transaction.atomic():  # past the services
            PublicNotice.objects.filter(pk=noticed.notice_id).update(state="closed")
            PublicNotice.objects.filter(pk=noticed.notice_id).update(final_at=timezone.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=noticed.pk).update(state="confirmed", finisher=second("manager").user)
        admitted = objections.admit_objection(objection, by=second("officer"))
        objections.rule_objection(admitted, "dismiss", note="查无此事", by=second("manager"))
        done = claim_notices.confirm_claim_result(noticed, by=second("manager"))
    assert done.state == "confirmed"
    assert PublicNotice.objects.get(pk=noticed.notice_id).final_at is not None


def test_a_final_result_takes_no_objection_and_no_change(noticed, second):
    with after(noticed.notice):
        claim_notices.confirm_claim_result(noticed, by=second("manager"))
        notice = PublicNotice.objects.get(pk=noticed.notice_id)
        with pytest.raises(Conflict):
            object_to(notice)
        for change in ({"final_at": None}, {"payload": {}}, {"last_day": date(2027, 1, 1)}):
            with pytest.raises(DatabaseError), transaction.atomic():
                PublicNotice.objects.filter(pk=notice.pk).update(**change)


def test_a_withdrawn_notice_leaves_its_objections_open(world, noticed, second):
    objection = object_to(noticed.notice)
    back = claim_notices.withdraw_claim_notice(noticed, note="名单有误", by=world.actor("manager"))
    assert back.state == "decided"
    again = claim_notices.publish_claim_notice(back, by=world.actor("manager"))
    assert again.notice.replaces == noticed.notice
    with after(again.notice), pytest.raises(Conflict, match=objection.number):
        claim_notices.confirm_claim_result(again, by=second("manager"))


def test_finance_records_the_authoritys_own_notice(world, noticed, client):
    decided = claim_notices.withdraw_claim_notice(noticed, note="由主管部门公示", by=world.actor("manager"))
    scan = attach_upload(pdf("notice.pdf", "notice"), kind="official_reply", by=world.actor("finance"))
    recorded = claim_notices.record_claim_notice(
        decided, published_on=date(2026, 11, 23), link="https://example.gov.cn/1", scan=scan, by=world.actor("finance")
    )
    assert (recorded.state, recorded.notice.published_on) == ("noticed", date(2026, 11, 23))
    page = client.get(f"/jingyue/notices/{recorded.notice.code}/")
    assert "https://example.gov.cn/1" in page.text
    assert client.get(f"/jingyue/notices/{recorded.notice.code}/object/").status_code == 409


# New decisions


def ground(world, objection=None, basis="correction"):
    return revisions.Ground(basis, reply_of(world, "correction"), "核减有误，予以更正。", objection)


def revise(world, claim, verdicts, by="manager", **more):
    answers = [said(line, verdict) for line, verdict in zip(claims.standing(claim), verdicts, strict=True)]
    return revisions.record_revision(claim, ground(world, **more), answers, by=world.actor("finance"))


def test_a_new_decision_counts_only_after_the_second_person(world, noticed):
    revision = revise(world, noticed, ["approved", "approved"])
    line = claims.standing(noticed)[1]
    assert line.decided == Decimal("600.00")
    with pytest.raises(NotEligible):
        revisions.confirm_revision(revision, total=Decimal("1.00"), by=world.actor("manager"))
    revisions.confirm_revision(revision, total=Decimal("7200.00"), by=world.actor("manager"))
    line.refresh_from_db()
    assert (line.verdict, line.decided, line.decision.replaces.amount_after) == ("approved", Decimal("1200.00"), Decimal("600.00"))
    noticed.refresh_from_db()
    assert noticed.decided == Decimal("7200.00")
    assert [row.result for row in ResultNotice.objects.filter(application=line.application)] == ["approved", "cut"]
    assert verify_decisions().holds


def test_whoever_recorded_a_new_decision_never_confirms_it(world, noticed, organisation):
    from incubator.accounts.models import Membership
    from incubator.subsidies.models import ClaimRevision

    revision = revise(world, noticed, ["approved", "approved"])
    Membership.objects.create(user=world.people["finance"], organisation=organisation, role="manager")
    with pytest.raises(NotAllowed):
        revisions.confirm_revision(revision, total=Decimal("7200.00"), by=actor_for(world.people["finance"], organisation))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimRevision.objects.filter(pk=revision.pk).update(state="confirmed", confirmer=world.people["finance"])


def test_a_decided_line_changes_only_with_the_decision_that_replaces_its_own(noticed):
    line = claims.standing(noticed)[1]
    other = Decision.objects.exclude(pk=line.decision_id).first()
    for change in ({"decided": Decimal("1200.00"), "verdict": "approved"}, {"decided": Decimal("1200.00"), "verdict": "approved", "decision": other}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ClaimLine.objects.filter(pk=line.pk).update(**change)


def test_a_refused_line_takes_its_months_again_and_gives_them_back(world, noticed):
    decided = noticed
    revisions.confirm_revision(revise(world, decided, ["approved", "refused"]), total=Decimal("6000.00"), by=world.actor("manager"))
    decided.refresh_from_db()
    refused = claims.standing(decided)[1].application
    assert not MonthKey.objects.filter(application=refused, freed_at=None).exists()
    revisions.confirm_revision(revise(world, decided, ["approved", "approved"]), total=Decimal("7200.00"), by=world.actor("manager"))
    assert MonthKey.objects.filter(application=refused, freed_at=None).count() == 3
    decided.refresh_from_db()
    revisions.confirm_revision(revise(world, decided, ["approved", "refused"]), total=Decimal("6000.00"), by=world.actor("manager"))
    refused.refresh_from_db()
    assert refused.state == "refused_in_claim"
    assert not MonthKey.objects.filter(application=refused, freed_at=None).exists()


def test_an_upheld_objection_leads_to_a_new_decision_and_only_that_is_noticed_again(world, noticed, second, client_of):
    manager, page = client_of("manager"), reverse("office:subsidies:claim", args=["jingyue", noticed.pk])
    assert "/do/renotice/" not in manager.get(page).text
    objection = object_to(noticed.notice, row=1)
    upheld = objections.rule_objection(objections.admit_objection(objection, by=second("officer")), "uphold", note="属实", by=second("manager"))
    with after(noticed.notice), pytest.raises(Conflict):
        claim_notices.confirm_claim_result(noticed, by=second("manager"))
    revision = revise(world, noticed, ["3000", "600"], objection=upheld, basis="objection")
    revisions.confirm_revision(revision, total=Decimal("3600.00"), by=world.actor("manager"))
    upheld.refresh_from_db()
    assert upheld.remedied_at is not None
    noticed.refresh_from_db()
    assert "/do/renotice/" in manager.get(page).text
    with after(noticed.notice), pytest.raises(NotEligible):  # the changed line is not on notice yet
        claim_notices.confirm_claim_result(noticed, by=second("manager"))
    again = claim_notices.renotice_claim(noticed, by=world.actor("manager"))
    assert [row["amount"] for row in again.notice.payload["rows"]] == ["3000.00"]
    assert again.notice.payload["total"] == "3000.00"
    first = again.notice.replaces
    assert len(first.payload["rows"]) == 2
    with after(again.notice):
        done = claim_notices.confirm_claim_result(again, by=second("manager"))
    assert done.state == "confirmed"
    assert all(notice.final_at for notice in PublicNotice.objects.chain(PublicNotice.objects.get(pk=again.notice_id)))


def test_a_record_that_changes_nothing_is_refused(world, noticed):
    with pytest.raises(BusinessError):
        revise(world, noticed, ["approved", "600"])


# The public's pages


def ask_for_a_code(client, notice, contact="wang@example.com"):
    return client.post(f"/jingyue/notices/{notice.code}/object/", {"contact": contact, "website": ""})


def test_the_public_objects_with_a_checked_contact(noticed, client, second):
    notice = noticed.notice
    assert ask_for_a_code(client, notice).status_code == 302
    check = ContactCheck.objects.get()
    mail_contact_code(notice.organisation_id, check_id=check.pk)
    mail_contact_code(notice.organisation_id, check_id=check.pk)  # a second run sends nothing
    (sent,) = mail.outbox
    assert str(check.code) in sent.body
    address = f"/jingyue/notices/{notice.code}/object/write/"
    given = {"code": "000000" if check.code != "000000" else "111111", "name": "王某某", "row": "1", "text": "该企业未实际入驻"}
    wrong = client.post(address, given)
    assert wrong.status_code == 200
    assert "该企业未实际入驻" in wrong.text  # nothing typed is lost
    filed = client.post(address, given | {"code": str(check.code), "file": pdf("proof.pdf", "objection")})
    assert filed.status_code == 302
    objection = Objection.objects.get()
    assert (objection.name, objection.contact, objection.row) == ("王某某", "wang@example.com", 1)
    tell_objector(notice.organisation_id, objection_id=objection.pk)
    assert objection.number in mail.outbox[-1].body
    receipt = client.get(filed["Location"])
    assert objection.number in receipt.text
    assert "wang@example.com" not in receipt.text
    assert client.post(filed["Location"]).status_code == 302  # takes it back
    objection.refresh_from_db()
    assert objection.state == "withdrawn"


def test_contact_and_reasons_stand_encrypted(noticed):
    from django.db import connection

    object_to(noticed.notice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact, text FROM policy_objection")
        (cells,) = cursor.fetchall()
    assert all(cell.startswith("v1:") for cell in cells)


def test_a_code_is_tried_five_times_and_used_once(noticed):
    notice = noticed.notice
    check = send_contact_code(notice, "wang@example.com")
    wrong = "000000" if check.code != "000000" else "111111"
    for _try in range(5):
        with pytest.raises(BusinessError):
            try_code(check, wrong)
    with pytest.raises(BusinessError):
        try_code(check, str(check.code))


def test_three_codes_an_hour_go_to_one_contact(noticed, client):
    for _place in range(3):
        assert ask_for_a_code(client, noticed.notice).status_code == 302
    assert ask_for_a_code(client, noticed.notice).status_code == 409
    assert ask_for_a_code(client, noticed.notice, "other@example.com").status_code == 302


def test_a_robot_is_answered_like_a_person_and_leaves_nothing(noticed, client):
    answer = client.post(f"/jingyue/notices/{noticed.notice.code}/object/", {"contact": "a@example.com", "website": "x"})
    assert answer.status_code == 302
    assert not ContactCheck.objects.exists()


# The office's pages


def test_a_party_sees_that_an_objection_exists_and_not_who_objects(world, noticed, client_of, second):
    objection = object_to(noticed.notice)
    mine = client_of("officer").get(f"/office/jingyue/policy/objections/{objection.pk}/")
    assert mine.status_code == 200
    assert "wang@example.com" not in mine.text
    assert "未实际入驻" not in mine.text
    from tests.browser import signed_in

    other = signed_in(second("officer").user).get(f"/office/jingyue/policy/objections/{objection.pk}/")
    assert "wang@example.com" in other.text
    assert client_of("viewer").get(f"/office/jingyue/policy/objections/{objection.pk}/").status_code == 403


def test_officer_and_manager_answer_in_the_browser(noticed, second):
    from tests.browser import signed_in

    objection = object_to(noticed.notice)
    address = f"/office/jingyue/policy/objections/{objection.pk}/do"
    officer, manager = signed_in(second("officer").user), signed_in(second("manager").user)
    assert officer.post(f"{address}/admit/").status_code == 302
    empty = manager.post(f"{address}/dismiss/", {"note": ""})
    assert empty.status_code == 200
    assert manager.post(f"{address}/dismiss/", {"note": "查无此事"}).status_code == 302
    objection.refresh_from_db()
    assert objection.state == "dismissed"


def test_finance_records_and_a_manager_confirms_a_new_decision_in_the_browser(world, noticed, client_of):
    lines = claims.standing(noticed)
    day = timezone.localdate().isoformat()
    given = {"body": "净月人社局", "number": "", "dated_on": day, "received_on": day, "basis": "correction", "objection": "", "note": "更正",
             "file": pdf("new.pdf", "new")}
    for line in lines:
        given |= {f"verdict_{line.pk}": "approved", f"decided_{line.pk}": "", f"reason_{line.pk}": "", f"words_{line.pk}": ""}
    address = f"/office/jingyue/subsidies/claims/{noticed.pk}"
    assert client_of("finance").get(f"{address}/do/revise/").status_code == 200
    assert client_of("finance").post(f"{address}/do/revise/", given).status_code == 302
    revision = noticed.revisions.get()
    manager = client_of("manager")
    assert "7,200.00" not in manager.get(f"{address}/revisions/{revision.pk}/").text
    assert manager.post(f"{address}/revisions/{revision.pk}/do/confirm/", {"total": "7200"}).status_code == 302
    revision.refresh_from_db()
    assert revision.state == "confirmed"
    assert manager.get(f"{address}/").status_code == 200


def test_pages_of_notices_and_records_answer(world, noticed, client_of):
    manager = client_of("manager")
    for page in ("notices/", "objections/", "decisions/"):
        assert manager.get(f"/office/jingyue/policy/{page}").status_code == 200
    assert manager.get("/office/jingyue/policy/decisions/").context["check"].holds


def test_notice_decision_paper_and_check_hold_no_number_in_full(world, noticed, client, tmp_path):
    """The public list, its JSON, the paper of the decision with its attachment, the public check."""
    Founder.objects.filter(startup=world.startup).update(phone="13900139001", resident_id="220104199001011234")
    told = ResultNotice.objects.get(application=claims.standing(noticed)[0].application)
    paper = keep_result(told).document.read()
    path = tmp_path / "decision.pdf"
    path.write_bytes(paper)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    with pikepdf.open(path) as opened:
        attached = b"".join(spec.get_file().read_bytes() for spec in opened.attachments.values()).decode()
    places = {
        "page": client.get(f"/jingyue/notices/{noticed.notice.code}/").text,
        "payload": str(noticed.notice.payload),
        "paper": text,
        "attachment": attached,
        "check": client.get(f"/verify/jingyue/{told.verify_code}/").text,
    }
    secrets = ("62220000111122223333", "13900139001", "220104199001011234")
    assert {(place, secret) for place, text in places.items() for secret in secrets if secret in text.replace(" ", "")} == set()
    assert told.number in places["attachment"]
    assert world.startup.name in places["paper"].replace("\n", "")
