"""Which papers this app prints: the consolidated claim (full and public copy) and the receipt of an application.

A paper is printed from a snapshot, never from rows: the same snapshot gives the same bytes."""

from __future__ import annotations

from typing import Any

from incubator.core.canonical import canonical
from incubator.documents.render import qr_png_data_uri, render_in_child
from incubator.subsidies.models import ResultNotice, SubsidyApplication
from incubator.subsidies.snapshots import receipt_snapshot, snapshot_digest


def print_claim_pdf(snapshot: dict[str, Any], digest: str, sealed_at: Any, *, public_copy: bool = False) -> bytes:
    """The claim as PDF/A-3a with its data attached as claim.json. The same snapshot gives the same bytes.

    The public copy attaches its own masked data."""
    context = {"claim": snapshot, "digest": digest, "qr": qr_png_data_uri(snapshot["verify"]["url"]), "public_copy": public_copy}
    return render_in_child(
        "subsidies/pdf/claim.html",
        context,
        title=f"{snapshot['number']} {'补贴资金申请表（公开版）' if public_copy else '补贴资金申请表'}",
        author=snapshot["applicant"]["name"],
        created=sealed_at,
        attachments={"claim.json": canonical(snapshot).encode()},
        watermark=snapshot["watermark"],
    )


def print_receipt_pdf(application: SubsidyApplication) -> bytes:
    """The receipt that the applicant keeps."""
    receipt = receipt_snapshot(application)
    context = {"receipt": receipt, "digest": snapshot_digest(receipt), "qr": qr_png_data_uri(receipt["verify"]["url"])}
    return render_in_child(
        "subsidies/pdf/application_receipt.html",
        context,
        title=f"{application.number} 补贴申请受理回执",
        author=application.organisation.name,
        created=application.submitted_at,
        attachments={"receipt.json": canonical(receipt).encode()},
        watermark=receipt["watermark"],
    )


def print_result_pdf(notice: ResultNotice) -> bytes:
    """The notice of a decision, with its data attached as decision.json."""
    said = notice.snapshot
    context = {"decision": said, "digest": notice.snapshot_sha256, "qr": qr_png_data_uri(said["verify"]["url"])}
    return render_in_child(
        "subsidies/pdf/decision.html",
        context,
        title=f"{notice.number} 补贴申请办理结果通知",
        author=said["organisation"],
        created=notice.issued_at,
        attachments={"decision.json": canonical(said).encode()},
        watermark=said["watermark"],
    )
