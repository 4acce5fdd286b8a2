"""Which papers this app prints: certificates, and the record of an event as evidence for an activity subsidy."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone

from incubator.accounts.actors import system
from incubator.contests.models import Certificate, Event
from incubator.core.canonical import canonical
from incubator.documents.models import Document
from incubator.documents.render import qr_png_data_uri, render_in_child
from incubator.documents.services import keep_paper


def verify_address(certificate: Certificate) -> str:
    return f"{settings.SITE_URL}/verify/{certificate.organisation.slug}/{certificate.verify_code}/"


def paper_of(certificate: Certificate) -> Document:
    """The PDF of a certificate, printed at the first look and kept."""
    if certificate.document is None:
        kept = keep_paper(
            print_certificate(certificate), title=f"{certificate.number} 证书", name=f"{certificate.number}.pdf", by=system(certificate.organisation), issued_on=certificate.issued_on,
        )  # fmt: skip
        certificate.document = kept
        certificate.save(update_fields=["document"])
    return certificate.document


def print_certificate(certificate: Certificate) -> bytes:
    """The certificate with its data attached. The same data give the same bytes."""
    said: dict[str, Any] = certificate.said
    context = {"said": said, "digest": certificate.sha256, "code": certificate.verify_code, "verify": verify_address(certificate), "qr": qr_png_data_uri(verify_address(certificate))}
    moment = timezone.make_aware(datetime.combine(certificate.issued_on, time(12)))
    return render_in_child(
        "contests/pdf/certificate.html", context, title=f"{said['number']} 证书", author=said["issuer"], created=moment,
        attachments={"certificate.json": canonical(said).encode()}, watermark="示例" if said["is_example"] else "",
    )  # fmt: skip


def print_event_record(event: Event) -> bytes:
    """What an activity subsidy asks for: programme, time and place, how many registered and came, the masked list."""
    from incubator.tenants.masking import masked_name

    came = event.attendees.filter(state="attended").order_by("came_at", "pk")
    rows = [{"name": masked_name(one.name), "employer": one.employer, "came": timezone.localtime(one.came_at).strftime("%H:%M")} for one in came]
    counts = {"registered": event.attendees.exclude(state="cancelled").count(), "came": len(rows), "capacity": event.capacity}
    context = {"event": event, "rows": rows, "counts": counts, "issuer": event.organisation.name, "printed": timezone.localtime().strftime("%Y-%m-%d %H:%M")}
    return render_in_child(
        "contests/pdf/event.html", context, title=f"{event.title} 活动记录", author=event.organisation.name, created=event.ends_at,
        watermark="示例" if event.organisation.is_example else "",
    )  # fmt: skip
