"""Acts on frozen months: freeze, sign, reject. Two people; nothing is ever computed again in silence."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.core.templatetags.fuhua import month as month_words
from incubator.journal.services import moving, record
from incubator.notices.services import notify, people_with
from incubator.reports import amounts
from incubator.reports.indicators import indicators
from incubator.reports.models import FrozenMonth
from incubator.reports.spans import Span
from incubator.reports.states import FROZEN_MOVES


def read_month(month: Month) -> dict[str, Any]:
    """Every indicator of the month as the rows stand now: value and rows by code."""
    found = {one.code: one.read(month) for one in indicators()}
    return {code: {"value": one.value, "rows": [list(row) for row in one.rows]} for code, one in found.items()}


def public_tables(month: Month, by: Actor) -> dict[str, Any]:
    """What the site may show of the year until this month: granted by programme and category, small counts joined."""
    span = Span(f"{month.year}-Q1", month.quarter)
    granted = amounts.cases(by, span).granted()
    whole = amounts.total(granted)
    enough = whole.applicants >= amounts.SMALL
    tables = {name: [_public_row(row, name) for row in amounts.guarded(granted, name)] for name in ("programme", "category")}
    return {"year": month.year, "until": span.last, "total": _public_row(whole, "") if enough else None, "tables": tables}


def _public_row(row: amounts.Row, by: str) -> dict[str, Any]:
    with override("zh-hans"):
        label = str(row.label)
    key = row.key if by == "category" else ""
    return {"key": key, "label": label, "others": row.label is amounts.OTHERS, "applications": row.count, "applicants": row.applicants, "granted": str(row.granted)}


@transaction.atomic
def freeze_month(month: Month, *, reason: str = "", by: Actor) -> FrozenMonth:
    """Freeze the figures of a month that is over. A second person signs them.

    A month that was signed is frozen anew only with a reason; the earlier version stays. Raises NotEligible for a month
    that is not over, Conflict while a version waits for its signature."""
    if month.last >= timezone.localdate():
        raise NotEligible(_("%(month)s is not over. Freeze it from its last day's morrow on.") % {"month": month_words(str(month))}, field="month")
    earlier = FrozenMonth.objects.filter(month=month.first).order_by("-revision").first()
    if earlier is not None and not reason.strip():
        raise BusinessError(_("This month was frozen before. Say why it is frozen anew; both versions stay."), field="reason")
    figures, shown = read_month(month), public_tables(month, by)
    with clash("frozen_month_one_waits", _waits), clash("frozen_month_version", _waits):
        frozen = FrozenMonth.objects.create(
            month=month.first, revision=earlier.revision + 1 if earlier else 1, figures=figures, public=shown,
            sha256=digest(month, figures, shown), reason=reason.strip(), replaces=earlier, proposer=by.user,
        )
    record("freeze", frozen, by=by, note=frozen.reason, sha256=frozen.sha256)
    _tell(frozen, by)
    return frozen


def _waits() -> str:
    return _("A version of this month waits for its second person. Sign or reject it first.")


def digest(month: Month, figures: dict[str, Any], shown: dict[str, Any]) -> str:
    """The hash under which the figures were signed."""
    return sha256(canonical([str(month), figures, shown]).encode()).hexdigest()


def _tell(frozen: FrozenMonth, by: Actor) -> None:
    people = [person for person in people_with(by.organisation, Role.MANAGER, Role.OWNER) if by.user is None or person.pk != by.user.pk]
    notify(
        people, gettext_noop("The figures of %(month)s are frozen. Compare them and sign them."),
        key=f"frozen:{frozen.pk}", url=f"/office/{by.organisation.slug}/reports/months/{frozen.pk}/", month=str(frozen.of),
    )


@transaction.atomic
def sign_month(frozen: FrozenMonth, *, by: Actor) -> FrozenMonth:
    """The second person signs the figures as they were frozen. Raises Conflict when they are not as they were written."""
    with moving(frozen, FROZEN_MOVES, "sign", by=by) as signed:
        if digest(signed.of, signed.figures, signed.public) != signed.sha256:
            raise Conflict(_("The figures are not those that were frozen. Tell whoever runs this site."))
    return signed


@transaction.atomic
def reject_month(frozen: FrozenMonth, *, note: str, by: Actor) -> FrozenMonth:
    """The second person does not sign; the reason stays in the journal. The month can be frozen anew."""
    if not note.strip():
        raise BusinessError(_("Say what is wrong with the figures."), field="note")
    with moving(frozen, FROZEN_MOVES, "reject", by=by, note=note.strip()) as rejected:
        pass
    return rejected


def changes_since(frozen: FrozenMonth) -> list[tuple[Any, str, str]]:
    """The indicators whose value would be another one today: (indicator, frozen, today). Nothing is written."""
    today = read_month(frozen.of)
    return [
        (one, frozen.figures[one.code]["value"], today[one.code]["value"])
        for one in indicators()
        if one.code in frozen.figures and frozen.figures[one.code]["value"] != today[one.code]["value"]
    ]
