"""From the founder's application to the approval, by the pages alone."""

import pytest
from django.urls import reverse

from incubator.core.scoping import organisation_context
from incubator.guarantees.models import Fund, Guarantee
from tests.browser import signed_in
from tests.factories.accounts import make_person
from tests.factories.documents import an_upload
from incubator.policy.loading import load_everything
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db
APPLICATION = {"borrower": "individual", "amount": "90000", "months": "24", "purpose": "购置设备", "contract_on": "2026-12-15"}


def test_a_loan_guarantee_from_application_to_approval(organisation, people, client_of):
    load_everything()
    with organisation_context(organisation):
        a_founder(a_startup(), user=people["founder"])
    second = signed_in(make_person("second", organisation, "officer"))
    browsers = {role: client_of(role) for role in ("owner", "manager", "finance", "officer", "founder")} | {"second": second}

    def post(role, page, *args, status=302, **data):
        answer = browsers[role].post(reverse(page, args=["jingyue", *args]), data)
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer

    post("owner", "office:guarantees:fund-open", name="创业担保基金", bank="吉林银行", multiple="5", share="0.8", borrower_cap="400000")
    with organisation_context(organisation):
        fund = Fund.objects.get()
    post("finance", "office:guarantees:money", fund.pk, kind="contribution", amount="100000", dated_on="2026-01-05", reference="A1", file=an_upload())
    with organisation_context(organisation):
        order = fund.orders.get()
    post("manager", "office:guarantees:money-act", fund.pk, order.pk, "confirm")

    over = post("founder", "portal:guarantees:apply", status=409, **APPLICATION | {"amount": "100000.01"})
    assert "100,000.00" in over.content.decode()
    assert "100000.01" in over.content.decode()  # what was typed stays
    post("founder", "portal:guarantees:apply", **APPLICATION)
    with organisation_context(organisation):
        case = Guarantee.objects.get()
    post("founder", "portal:guarantees:act", case.pk, "submit", status=409)  # no proof yet
    post("founder", "portal:guarantees:paper-add", case.pk, item="category_proof", valid_to="2027-12-31", file=an_upload())
    post("founder", "portal:guarantees:act", case.pk, "submit")
    post("officer", "office:guarantees:case-act", case.pk, "precheck")
    given = {"visited_on": "2026-11-20", "findings": "经营正常", "capacity": "guarantor", "fund": fund.pk, "basis": "书面同意", "basis_file": an_upload()}
    post("officer", "office:guarantees:case-act", case.pk, "appraise", status=403, **given | {"basis_file": an_upload()})
    post("second", "office:guarantees:case-act", case.pk, "appraise", **given)
    with organisation_context(organisation):
        basis = case.papers.get(item="official_reply").pk
    assert browsers["owner"].get(reverse("office:guarantees:paper", args=["jingyue", case.pk, basis])).status_code == 200
    assert browsers["founder"].get(reverse("portal:guarantees:paper", args=["jingyue", case.pk, basis])).status_code == 404  # the operator's own
    for role in ("owner", "manager", "finance"):
        post(role, "office:guarantees:case-act", case.pk, "vote", choice="yes", reason="同意")
    post("owner", "office:guarantees:case-act", case.pk, "approve")
    with organisation_context(organisation):
        assert Guarantee.objects.get().exposure == Fund.objects.get().outstanding == 90000
    for role, name, args in (
        ("owner", "office:guarantees:register", []), ("owner", "office:guarantees:case", [case.pk]), ("owner", "office:guarantees:fund", [fund.pk]),
        ("founder", "portal:guarantees:cases", []), ("founder", "portal:guarantees:case", [case.pk]),
    ):  # fmt: skip
        page = browsers[role].get(reverse(name, args=["jingyue", *args]))
        assert page.status_code == 200
        assert "90,000.00" in page.content.decode()
