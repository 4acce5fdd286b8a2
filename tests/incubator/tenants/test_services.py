"""Acts on startups: what each writes, whom it refuses, what it leaves untouched."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.documents.models import Document
from incubator.documents.uploads import BadUpload
from incubator.journal.models import Entry
from incubator.tenants import services
from incubator.tenants.models import AccountVerification, Founder, Startup, StartupDocument
from tests.factories.documents import a_document, an_upload, hostile_uploads
from tests.factories.tenants import YEAR_END, YEAR_START, a_founder, a_startup, a_uscc, an_agreement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
ACCOUNT = "6222020000001234567"


def register(by, **fields):
    basics = {"name": "吉林星火科技有限公司", "short_name": "星火", "uscc": a_uscc(777), "legal_representative": "赵敏"}
    return services.register_startup(by=by, **basics | fields)


def test_register_startup(actor):
    startup = register(actor("officer"))
    assert (startup.state, startup.version, startup.sort_key[:9]) == ("registered", 1, "ji lin xi")
    assert Entry.objects.about(startup).values_list("act", "user")[0] == ("register", actor("officer").user.pk)


def test_register_startup_twice(actor):
    register(actor("officer"))
    with pytest.raises(Conflict) as refusal:
        register(actor("officer"), name="另一家")
    assert refusal.value.field == "uscc"
    assert Startup.objects.count() == 1


def test_teams_without_a_code_do_not_clash(actor):
    for name in ("甲队", "乙队"):
        register(actor("officer"), name=name, kind="team", uscc="")
    assert Startup.objects.count() == 2


@pytest.mark.parametrize("uscc", ["", "9122010100000000", "91220101MA0000777I"])
def test_database_refuses_a_firm_with_a_wrong_code(uscc):
    with pytest.raises(IntegrityError, match="startup_uscc_form"), transaction.atomic():
        a_startup(uscc=uscc)


def test_change_startup(actor):
    startup = register(actor("officer"))
    changed = services.change_startup(startup, by=actor("manager"), version=1, industry="软件", name=startup.name)
    assert (changed.industry, changed.version) == ("软件", 2)
    assert Entry.objects.about(startup)[0].facts == {"fields": ["industry"], "version": 2}


def test_change_startup_without_a_change_writes_nothing(actor):
    startup = register(actor("officer"))
    services.change_startup(startup, by=actor("manager"), version=1, name=startup.name)
    assert Entry.objects.about(startup).count() == 1


def test_change_startup_that_somebody_changed_first(actor):
    startup = register(actor("officer"))
    services.change_startup(startup, by=actor("manager"), version=1, industry="软件")
    with pytest.raises(Conflict, match="manager.*行业|manager.*Industry") as refusal:
        services.change_startup(startup, by=actor("officer"), version=1, industry="制造")
    assert refusal.value.code == "stale"
    startup.refresh_from_db()
    assert startup.industry == "软件"


def test_a_changed_account_is_unverified_again(actor):
    startup = register(actor("officer"), bank_name="吉林银行", bank_account=ACCOUNT)
    services.verify_account(startup, by=actor("finance"), method="开户许可证")
    startup = services.change_startup(startup, by=actor("finance"), version=1, bank_account="6222020000009999999")
    assert (startup.account_is_verified, startup.bank_account_tail) == (False, "9999")
    assert startup.account_entered_by == actor("finance").user


def test_verify_account(actor):
    startup = register(actor("officer"), bank_name="吉林银行", bank_account=ACCOUNT)
    verified = services.verify_account(startup, by=actor("finance"), method="开户许可证")
    proof = AccountVerification.objects.get()
    assert verified.account_verified_on == timezone.localdate()
    assert (proof.entered_by, proof.verified_by) == (actor("officer").user, actor("finance").user)
    assert (proof.account_tail, proof.account_index) == ("4567", blind_index(ACCOUNT, purpose="account"))


def test_verify_account_by_the_one_who_entered_it(actor):
    startup = register(actor("manager"), bank_name="吉林银行", bank_account=ACCOUNT)
    with pytest.raises(NotAllowed):
        services.verify_account(startup, by=actor("manager"), method="看过")
    assert AccountVerification.objects.count() == 0


def test_verify_account_that_is_not_there(actor):
    with pytest.raises(BusinessError):
        services.verify_account(register(actor("manager")), by=actor("finance"), method="看过")


def test_database_keeps_four_eyes_on_accounts(actor, people):
    with pytest.raises(IntegrityError, match="startup_account_four_eyes"), transaction.atomic():
        a_startup(
            bank_account=ACCOUNT,
            account_entered_by=people["finance"],
            account_verified_by=people["finance"],
            account_verified_on=YEAR_START,
        )
    with pytest.raises(IntegrityError, match="account_verification_four_eyes"), transaction.atomic():
        AccountVerification.objects.create(
            startup=a_startup(),
            bank_name="吉林银行",
            account_tail="4567",
            account_index="0" * 64,
            method="看过",
            entered_by=people["finance"],
            verified_by=people["finance"],
        )


def test_private_fields_stand_encrypted():
    startup = a_startup(bank_account=ACCOUNT, contact_phone="13800001234")
    founder = a_founder(startup, resident_id="11010519491231002X", phone="13900001234", category_number="220012345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_account, contact_phone FROM tenants_startup WHERE id = %s", [startup.pk])
        stored = cursor.fetchone()
        cursor.execute("SELECT resident_id, phone, category_number FROM tenants_founder WHERE id = %s", [founder.pk])
        stored += cursor.fetchone()
        cursor.execute("SELECT bank_account FROM accounts_organisation")
        stored += cursor.fetchone()
    assert [text[:3] for text in stored] == ["v1:"] * 6
    assert Founder.objects.get().masked_category_number == "***5678"
    assert Founder.objects.get().resident_id == "11010519491231002X"
    assert Founder.objects.get().masked_resident_id == "110***********002X"


def test_add_founder(actor, people):
    startup = a_startup()
    founder = services.add_founder(
        startup, by=actor("officer"), name="赵敏", user=people["founder"], resident_id="11010519491231002X"
    )
    assert founder.resident_id_index == blind_index("11010519491231002x", purpose="resident_id")
    assert Entry.objects.about(startup)[0].facts == {"founder": founder.pk, "role": "founder"}


def test_one_certificate_names_one_person_of_a_startup(actor):
    startup = a_startup()
    services.add_founder(startup, by=actor("officer"), name="赵敏", category="graduate", category_number="2200 1234")
    with pytest.raises(Conflict) as refusal:
        services.add_founder(startup, by=actor("officer"), name="钱进", category="graduate", category_number="2200 1234")
    assert refusal.value.field == "category_number"
    services.add_founder(a_startup(), by=actor("officer"), name="赵敏", category="graduate", category_number="2200 1234")


def test_add_founder_twice(actor, people):
    startup = a_startup()
    basics = {"by": actor("officer"), "name": "赵敏"}
    services.add_founder(startup, user=people["founder"], resident_id="11010519491231002X", **basics)
    for field, fields in {
        "resident_id": {"resident_id": "11010519491231002X"},
        "user": {"user": people["founder"]},
    }.items():
        with pytest.raises(Conflict) as refusal:
            services.add_founder(startup, **basics, **fields)
        assert refusal.value.field == field
    assert Founder.objects.count() == 1
    services.add_founder(a_startup(), user=people["founder"], resident_id="11010519491231002X", **basics)


def test_sign_agreement_admits_the_startup(actor):
    startup = a_startup()
    agreement = services.sign_agreement(
        startup,
        drafted_by=actor("officer"),
        countersigned_by=actor("manager"),
        starts_on=YEAR_START,
        ends_on=YEAR_END,
        document=a_document(actor("officer"), "agreement"),
    )
    startup.refresh_from_db()
    year = timezone.localdate().year
    assert (agreement.number, agreement.state) == (f"XY-{year}-000001", "active")
    assert (startup.state, startup.settled_on) == ("incubated", YEAR_START)
    assert list(Startup.objects.incubated_on(date(2026, 6, 1))) == [startup]
    assert list(Startup.objects.incubated_on(date(2027, 1, 1))) == []


def test_a_second_agreement_keeps_the_settling_day(actor):
    startup = a_startup(settled_on=date(2025, 3, 1), state="left")
    services.sign_agreement(
        startup,
        drafted_by=actor("officer"),
        countersigned_by=actor("manager"),
        starts_on=YEAR_START,
        ends_on=YEAR_END,
        document=a_document(actor("officer"), "agreement"),
    )
    startup.refresh_from_db()
    assert (startup.state, startup.settled_on) == ("incubated", date(2025, 3, 1))


def test_countersign_agreement_with_an_upload(actor):
    agreement = services.send_agreement(an_agreement(a_startup(), actor("officer").user), by=actor("officer"))
    signed = services.countersign_agreement(agreement, by=actor("manager"), upload=an_upload())
    assert StartupDocument.objects.get().document == signed.document


def test_countersign_agreement_without_a_scan(actor):
    agreement = services.send_agreement(an_agreement(a_startup(), actor("officer").user), by=actor("officer"))
    with pytest.raises(BusinessError) as refusal:
        services.countersign_agreement(agreement, by=actor("manager"))
    assert refusal.value.field == "file"


def test_countersign_agreement_by_its_drafter_writes_nothing(actor):
    agreement = an_agreement(a_startup(), actor("manager").user)
    agreement = services.send_agreement(agreement, by=actor("officer"))
    with pytest.raises(NotAllowed):
        services.countersign_agreement(agreement, by=actor("manager"), upload=an_upload())
    assert Document.objects.count() == 0


def test_draft_agreement_that_ends_before_it_starts(actor):
    with pytest.raises(BusinessError) as refusal:
        services.draft_agreement(a_startup(), by=actor("officer"), starts_on=YEAR_END, ends_on=YEAR_START)
    assert refusal.value.field == "ends_on"


def test_cancel_agreement(actor):
    agreement = an_agreement(a_startup(), actor("officer").user)
    assert services.cancel_agreement(agreement, by=actor("manager"), note="写错").state == "cancelled"


def test_database_keeps_an_agreement_in_force_signed(actor):
    with pytest.raises(IntegrityError, match="agreement_in_force_is_signed"), transaction.atomic():
        an_agreement(a_startup(), actor("officer").user, state="active", number="XY-2026-000009")


def test_vault(actor):
    startup = a_startup()
    paper = services.add_document(startup, an_upload("../../执照.pdf"), kind="licence", by=actor("founder"))
    assert paper.document.original_name == "执照.pdf"
    assert list(StartupDocument.objects.of(startup)) == [paper]
    services.withdraw_document(paper, by=actor("founder"))
    assert list(StartupDocument.objects.of(startup)) == []


@pytest.mark.parametrize("name", hostile_uploads())
def test_hostile_upload_leaves_nothing(actor, name):
    with pytest.raises(BadUpload):
        services.add_document(a_startup(), hostile_uploads()[name], kind="licence", by=actor("founder"))
    assert Document.objects.count() == StartupDocument.objects.count() == 0
