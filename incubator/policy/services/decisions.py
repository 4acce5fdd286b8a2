"""Decision records: written once, chained by hash within the organisation (lifecycles.md 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from incubator.accounts.actors import Actor
from incubator.core.canonical import canonical
from incubator.core.scoping import current_organisation
from incubator.policy.models import Decision, OfficialReply, ProgrammeEdition, ReasonCode

HASHED = (
    "subject_type", "subject_id", "subject_name", "act", "actor_id", "role", "at", "official_on", "edition_id",
    "trace_sha256", "reason_codes", "amount_before", "amount_after", "reply_sha256", "replaces_id", "note",
    "previous_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class ChainCheck:
    """What a check of the chain found: how many records, and the first one that is not as it was written."""

    count: int
    broken: Decision | None = None

    @property
    def holds(self) -> bool:
        return self.broken is None


@transaction.atomic
def record_decision(
    subject: models.Model,
    act: str,
    *,
    by: Actor,
    edition: ProgrammeEdition | None = None,
    trace_sha256: str = "",
    reasons: Iterable[str] = (),
    before: Decimal | None = None,
    after: Decimal | None = None,
    official_on: date | None = None,
    reply: OfficialReply | None = None,
    replaces: Decision | None = None,
    note: str = "",
) -> Decision:
    """Write down what was decided on `subject`. `reasons` are reason codes; amounts are yuan.

    Records of one organisation wait for one another until the transaction ends: each holds the hash of the last."""
    _lock_chain()
    last = Decision.objects.end_of_chain()
    decision = Decision(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_name=str(subject)[:200],
        act=act,
        actor=by.user,
        role=",".join(sorted(by.roles)),
        at=timezone.now(),
        official_on=official_on,
        edition=edition,
        trace_sha256=trace_sha256,
        reason_codes=spell_out(reasons),
        amount_before=_two_places(before),
        amount_after=_two_places(after),
        reply=reply,
        replaces=replaces,
        note=note,
        previous_sha256=last.sha256 if last else "",
    )
    decision.sha256 = digest_of(decision)
    decision.save()
    return decision


def verify_decisions() -> ChainCheck:
    """Walk the organisation's chain from its beginning and compute each hash again."""
    count, previous = 0, ""
    for decision in Decision.objects.select_related("reply__document").order_by("pk").iterator(chunk_size=500):
        if decision.previous_sha256 != previous or decision.sha256 != digest_of(decision):
            return ChainCheck(count, decision)
        count, previous = count + 1, decision.sha256
    return ChainCheck(count)


def spell_out(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Each code with its words as they are today: the record keeps them. Raises ValueError for an unknown code."""
    wanted = list(dict.fromkeys(codes))
    known = {row.code: row for row in ReasonCode.objects.filter(code__in=wanted)}
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise ValueError(f"record_decision: no reason code {', '.join(unknown)}")
    return [{"code": code, "zh": known[code].zh, "en": known[code].en} for code in wanted]


def digest_of(decision: Decision) -> str:
    """The hash of everything that a record says, and of the record before it."""
    content = {name: _plain(decision, name) for name in HASHED}
    return sha256(canonical(content).encode()).hexdigest()


def _plain(decision: Decision, name: str) -> Any:
    if name == "reply_sha256":
        return decision.reply.document.sha256 if decision.reply else None
    value = getattr(decision, name)
    if name == "at":
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, Decimal | date) else value


def _two_places(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal("0.01"))


def _lock_chain() -> None:
    """Hold the end of the chain: two records of one organisation are never written side by side."""
    organisation = current_organisation()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('decisions'), %s)", [organisation.pk % 2**31])
