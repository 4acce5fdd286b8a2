"""The letter of a clawback: what is demanded, why, how to pay, and the right to appeal (fuhua.clawback.v1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from incubator.core.canonical import canonical
from incubator.core.money import amount_in_words
from incubator.documents.render import qr_png_data_uri, render_in_child
from incubator.subsidies.snapshots import EXAMPLE, body_of, verify_url

if TYPE_CHECKING:
    from incubator.subsidies.models import Clawback

REASONS = {
    "lease_ended": "租赁合同在已补贴月份内提前终止",
    "evidence_false": "申报材料不真实",
    "overpaid": "拨付金额超过现行决定金额",
    "authority": "主管部门要求追缴",
}


def clawback_snapshot(demand: Clawback) -> dict[str, Any]:
    """Everything that the letter says, as plain strings."""
    application = demand.application
    return {
        "schema": "fuhua.clawback.v1",
        "number": demand.number,
        "organisation": application.organisation.name,
        "application": application.number,
        "programme": {"name": application.edition.programme.name, "edition": application.edition.name},
        "payee": {"name": application.applicant_name, "uscc": body_of(application).uscc},
        "decided_on": str(timezone.localdate(demand.letter_at)),
        "reason": REASONS[demand.trigger],
        "note": demand.note,
        "order": f"{demand.reply.body} {demand.reply.number}" if demand.reply else "",
        "amount": str(demand.amount),
        "amount_words": amount_in_words(demand.amount),
        "trace": demand.trace,
        "pay_until": str(demand.pay_until),
        "rights": rights(demand),
        "record": demand.decision.sha256 if demand.decision else "",
        "watermark": EXAMPLE if application.edition.is_example else "",
        "verify": {"code": demand.verify_code, "url": verify_url(application.organisation, demand.verify_code)},
    }


def rights(demand: Clawback) -> list[str]:
    """What the payee may do, and how to pay."""
    until = demand.pay_until
    body = demand.reply.body if demand.reply else "作出补贴决定的主管部门"
    day = f"{until.year}年{until.month}月{until.day}日" if until else ""
    return [
        f"请于{day}前（含当日）将上述款项缴回，付款附言写明“{demand.number}”；也可同意从下一笔补贴款中抵扣。",
        f"对本决定有异议的，可在收到本通知后向本机构书面申请复核，由未参与本件办理的人员复核；也可依法向{body}提出，或申请行政复议、提起诉讼。",
        "逾期未缴且未申请复核的，将移送主管部门依法处理。",
    ]


def print_clawback_pdf(demand: Clawback) -> bytes:
    """The letter as PDF/A-3a with its data attached."""
    said = demand.snapshot
    context = {"demand": said, "digest": demand.snapshot_sha256, "qr": qr_png_data_uri(said["verify"]["url"])}
    return render_in_child(
        "subsidies/pdf/clawback.html", context, title=f"{demand.number} 追缴决定书", author=said["organisation"], created=demand.letter_at,
        attachments={"clawback.json": canonical(said).encode()}, watermark=said["watermark"],
    )  # fmt: skip
