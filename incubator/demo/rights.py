"""People's rights in the story: a copy that waits to be taken, and an erasure that waits for its second person."""

from __future__ import annotations

from typing import Any

from incubator.demo.numbers import phone, resident_id
from incubator.demo.stage import Stage
from incubator.subjects import copies, erasing
from incubator.subjects.models import Ground
from incubator.tenants.services import add_founder

LEFT = "韩雪松"


def ask_rights(stage: Stage) -> None:
    """Today: a founder came for a copy; a member who has left asked to be erased, and the owner has checked what goes."""
    owner = stage.office["owner"]
    copies.build(copies.ask_copy(_whom(user=stage.founders["heyu"].user), by=owner))
    left = add_founder(
        stage.startups["kangze"], by=stage.office["officer"], name=LEFT, role="member", phone=phone(LEFT),
        resident_id=resident_id(LEFT, "19991204"),
    )  # fmt: skip
    asked = erasing.ask_erasure(_whom(founder=left), by=owner, ground=Ground.ASKED, note="本人持身份证到场提出，已离开康泽医疗。")
    erasing.check_erasure(asked, by=owner)


def _whom(**one: Any) -> dict[str, Any]:
    return {"user": None, "founder": None, "startup": None} | one
