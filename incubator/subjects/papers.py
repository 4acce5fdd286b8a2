"""Which paper this app prints: the receipt of an erasure."""

from __future__ import annotations

from typing import Any

from incubator.core.canonical import canonical
from incubator.documents.render import qr_png_data_uri, render_in_child


def print_receipt(receipt: dict[str, Any], digest: str, erased_at: Any) -> bytes:
    """The receipt as PDF with its data attached. The same receipt gives the same bytes."""
    return render_in_child(
        "subjects/pdf/erasure.html",
        {"receipt": receipt, "digest": digest, "qr": qr_png_data_uri(receipt["verify"]["url"])},
        title=f"{receipt['number']} 个人信息删除回执",
        author=receipt["organisation"],
        created=erased_at,
        attachments={"erasure.json": canonical(receipt).encode()},
        watermark=receipt["watermark"],
    )
