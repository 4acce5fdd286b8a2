"""What everybody may see: whether a paper with a code is genuine."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.contests.models import Certificate
from incubator.contests.services.results import is_as_written
from incubator.core.views import public
from incubator.subjects import erasing
from incubator.subjects.models import Erasure
from incubator.subsidies.models import Claim, Clawback, ResultNotice, SubsidyApplication
from incubator.subsidies.services.claims import verify_snapshot
from incubator.subsidies.services.results import verify_result
from incubator.subsidies.snapshots import public_party, snapshot_digest
from incubator.tenants.masking import masked_name
from mentors.models import Certificate as TrainingCertificate
from mentors.models import Honorarium
from mentors.services import courses

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@public
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Tell what the paper with this code is: number, amount, day and the digests, so that a print can be compared."""
    clean = code.strip().upper()
    found = look_up(clean) if CODE.fullmatch(clean) else None
    return render(request, "subsidies/public/verify.html", {"code": clean[:20], "found": found}, status=200 if found else 404)


def look_up(code: str) -> dict[str, Any] | None:  # noqa: PLR0911 - one paper after the other
    """The public facts of the paper: no person, no account."""
    claim = Claim.objects.verified_by(code).select_related("document", "public_document", "measure").first()
    if claim is not None:
        return {"kind": "claim", "claim": claim, "intact": verify_snapshot(claim)}
    result = ResultNotice.objects.filter(verify_code=code).select_related("application__startup", "application__edition__programme", "decision__replaced_by", "document").first()
    if result is not None:
        later = getattr(result.decision, "replaced_by", None)
        return {"kind": "result", "result": result, "intact": verify_result(result), "later": later, "party": public_party(result.application)}
    demand = Clawback.objects.filter(verify_code=code).exclude(verify_code="").select_related("application__startup", "application__edition__programme").first()
    if demand is not None:
        return {"kind": "clawback", "demand": demand, "intact": snapshot_digest(demand.snapshot) == demand.snapshot_sha256}
    erasure = Erasure.objects.verified_by(code).select_related("document").first()
    if erasure is not None:
        return {"kind": "erasure", "erasure": erasure, "intact": erasing.is_as_written(erasure)}
    certificate = Certificate.objects.verified_by(code).select_related("contest", "prize").first()
    if certificate is not None:
        return {"kind": "certificate", "certificate": certificate, "intact": is_as_written(certificate), "holder": certificate.holder if certificate.is_team else masked_name(certificate.holder)}
    mentoring = of_mentoring(code)
    if mentoring is not None:
        return mentoring
    application = SubsidyApplication.objects.filter(verify_code=code).select_related("receipt", "startup", "edition__programme").first()
    return {"kind": "receipt", "application": application, "party": public_party(application)} if application else None


def of_mentoring(code: str) -> dict[str, Any] | None:
    """A certificate of training or an honorarium statement, the person masked."""
    training = TrainingCertificate.objects.filter(verify_code=code).first()
    if training is not None:
        return {"kind": "training", "certificate": training, "intact": courses.is_as_written(training), "holder": masked_name(training.snapshot["holder"])}
    statement = Honorarium.objects.filter(verify_code=code).exclude(state="dropped").select_related("mentor").first()
    return {"kind": "honorarium", "honorarium": statement, "holder": masked_name(statement.mentor.name), "intact": True} if statement else None
