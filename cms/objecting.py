"""The public's way to object against a notice: check the contact, write, receipt, take it back. No account is needed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import notices
from cms.objection_forms import ContactForm, ObjectionForm
from cms.views import home_of
from incubator.accounts.actors import system
from incubator.core.errors import BusinessError
from incubator.core.refusals import attempt, status_of
from incubator.core.views import public
from incubator.documents.services import attach_upload
from incubator.policy.models import ContactCheck, Objection, PublicNotice
from incubator.policy.services import Complaint, file_objection, send_contact_code, try_code, withdraw_objection
from incubator.tenants.masking import masked_email, masked_phone


def open_notice(code: str) -> PublicNotice:
    """The notice, if everybody may object now. Over or withdrawn: the notice's own page says so (404 if it is gone)."""
    notice, withdrawal = notices.find(code, timezone.localdate())
    if withdrawal is not None or not notice.takes_objections:
        raise BusinessError(_("The time for objections against this notice is over, or it was published elsewhere."))
    return notice


def at(request: Any, name: str, *args: Any) -> str:
    return reverse(f"site:{name}", args=[request.organisation.slug, *args])


@public
def object_start(request: HttpRequest, code: str) -> HttpResponse:
    """Step 1: an address or mobile number to which a code is sent."""
    notice = open_notice(code)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.is_robot:  # told the same as a person; nothing is kept or sent
            return redirect(at(request, "object-write", code))
        check = attempt(form, send_contact_code, notice, form.cleaned_data["contact"])
        if check is not None:
            request.session["objector"] = check.pk
            return redirect(at(request, "object-write", code))
    return render(request, "cms/objection_start.html", frame(request, notice) | {"form": form}, status=status_of(form))


@public
def object_write(request: HttpRequest, code: str) -> HttpResponse:
    """Step 2: the code, the line, the reasons, a paper. What was typed stays when something is wrong."""
    notice = open_notice(code)
    check = ContactCheck.objects.filter(pk=request.session.get("objector"), notice=notice).first()
    if check is None:
        return redirect(at(request, "object", code))
    form = ObjectionForm(notice, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        filed = file_from(form, notice, check)
        if filed is not None:
            del request.session["objector"]
            messages.success(request, _("Your objection was received. Keep the address of this page."))
            return redirect(at(request, "objection", code, filed.code))
    return render(request, "cms/objection_write.html", frame(request, notice) | {"form": form, "masked": masked(check)}, status=status_of(form))


def file_from(form: ObjectionForm, notice: PublicNotice, check: ContactCheck) -> Objection | None:
    """Compare the code, then file; the try counts even if the filing is refused."""
    given = form.cleaned_data
    try:
        try_code(check, given["code"])
    except BusinessError as error:
        form.add_error(error.field, error.message)
        return None
    return attempt(form, _file, notice, given, check)


@transaction.atomic
def _file(notice: PublicNotice, given: dict[str, Any], check: ContactCheck) -> Objection:
    document = None
    if given["file"]:
        document = attach_upload(given["file"], kind="other", by=system(notice.organisation))
    said = Complaint(given["name"], str(check.contact), given["text"], given["row"], document)
    return file_objection(notice, said, check=check)


def masked(check: ContactCheck) -> str:
    """Where the code went, recognisable by its owner only."""
    contact = str(check.contact)
    return masked_email(contact) or masked_phone(contact)


@public
def objection(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """The receipt: where the objection stands, the written reasons. Whoever has the address may take it back."""
    found = get_object_or_404(Objection.objects.select_related("notice"), code=secret, notice__code=code)
    if request.method == "POST":
        if not found.is_open:
            raise BusinessError(_("This objection was answered already."))
        withdraw_objection(found, by=system(request.organisation))  # type: ignore[attr-defined]
        messages.success(request, _("Your objection was withdrawn."))
        return redirect(at(request, "objection", code, secret))
    notice = found.notice
    days = notice.payload.get("objection_days")
    return render(request, "cms/objection_receipt.html", frame(request, notice) | {"objection": found, "days": days})


def frame(request: Any, notice: PublicNotice) -> dict[str, Any]:
    return home_of(request) | {"notice": notice}
