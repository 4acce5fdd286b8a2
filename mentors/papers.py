"""Which papers this app prints: the mentoring ledger of a month, the honorarium statement, the certificate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from incubator.core.canonical import canonical
from incubator.core.money import amount_in_words
from incubator.core.periods import Month
from incubator.documents.render import qr_png_data_uri, render_in_child
from mentors.ledger import entries, row
from mentors.models import Certificate, Honorarium
from mentors.planning import digest


def verify_of(slug: str, code: str) -> dict[str, str]:
    """Where everybody can ask whether a paper is genuine."""
    return {"code": code, "url": f"{settings.SITE_URL}{reverse('verify', args=[slug, code])}"}


def in_chinese(template: str, context: dict[str, Any], **more: Any) -> bytes:
    """A paper is an official Chinese form, whatever the language of the page that asked for it."""
    with translation.override("zh-hans"):
        return render_in_child(template, context, **more)


def watermark(organisation: Any) -> str:
    return "示例" if organisation.is_example else ""


def print_ledger(organisation: Any, month: Month, *, who: str, rows: list[list[Any]], minutes: int, at: datetime) -> bytes:
    """The mentoring ledger of a month."""
    paper = {
        "organisation": organisation.name, "uscc": organisation.uscc, "month": str(month), "who": who, "minutes": minutes,
        "rows": [[str(value) for value in line] for line in rows], "printed_at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    return in_chinese(
        "mentors/pdf/ledger.html", {"ledger": paper, "digest": digest(paper)}, title=f"{month} 辅导台账", author=organisation.name, created=at,
        attachments={"ledger.json": canonical(paper).encode()}, watermark=watermark(organisation),
    )  # fmt: skip


def ledger_rows(month: Month, **only: Any) -> tuple[list[list[Any]], int]:
    """The rows of the ledger and the minutes together."""
    found = entries(month, **only)
    with translation.override("zh-hans"):
        return [row(session) for session in found], sum(session.minutes for session in found)


def honorarium_data(one: Honorarium) -> dict[str, Any]:
    """What the statement says, as data."""
    organisation = one.organisation
    lines = one.lines.select_related("session__startup").order_by("starts_at", "pk")
    return {
        "number": one.number, "organisation": organisation.name, "uscc": organisation.uscc, "mentor": one.mentor.name, "month": str(Month.of(one.month)), "account": f"**** {one.account_tail or one.mentor.bank_account_tail}",
        "bank": one.mentor.bank_name, "rate": str(one.rate.rate), "round_to": one.rate.round_to, "least": one.rate.least, "source": one.rate.source,
        "lines": [
            {"begins": f"{timezone.localtime(line.starts_at):%Y-%m-%d %H:%M}", "startup": line.session.startup.short_name, "held": line.session.minutes, "minutes": line.minutes, "amount": str(line.amount)}
            for line in lines
        ],
        "steps": list(one.trace.get("result", {}).get("steps", []))[-3:], "minutes": one.minutes, "gross": str(one.gross), "withheld": str(one.withheld), "net": str(one.net),
        "words": amount_in_words(one.net), "preparer": str(one.preparer), "agreer": str(one.agreer or ""), "approver": str(one.approver or ""), "paid_on": str(one.paid_on or ""), "reference": one.reference,
        "state": one.state, "verify": verify_of(organisation.slug, one.verify_code),
    }  # fmt: skip


def print_honorarium(one: Honorarium) -> bytes:
    """The honorarium statement, as it stands now."""
    data = honorarium_data(one)
    return in_chinese(
        "mentors/pdf/honorarium.html", {"statement": data, "digest": digest(data), "qr": qr_png_data_uri(data["verify"]["url"])}, title=f"{one.number} 辅导劳务费结算单",
        author=data["organisation"], created=one.moved_at, attachments={"honorarium.json": canonical(data).encode()}, watermark=watermark(one.organisation),
    )  # fmt: skip


def print_certificate(one: Certificate) -> bytes:
    """The certificate, from its sealed data."""
    return in_chinese(
        "mentors/pdf/certificate.html", {"certificate": one.snapshot, "digest": one.sha256, "qr": qr_png_data_uri(one.snapshot["verify"]["url"])}, title=f"{one.number} 培训合格证书",
        author=one.snapshot["organisation"], created=timezone.make_aware(datetime.combine(one.issued_on, datetime.min.time())),
        attachments={"certificate.json": canonical(one.snapshot).encode()}, watermark=watermark(one.organisation),
    )  # fmt: skip
