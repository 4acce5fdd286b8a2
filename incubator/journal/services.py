"""Acts of the journal: write an entry, move a state, take a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import IllegalMove, NotAllowed
from incubator.core.states import SYSTEM, Move, find_move
from incubator.journal.models import Counter, Entry


def record(act: str, subject: models.Model, *, by: Actor, note: str = "", named: str = "", **facts: Any) -> Entry:
    """Write down that `by` did `act` to `subject`. `named`: what the record is called here for good, if not its name;
    an entry is never changed, so it must not hold what a person may ask to have erased."""
    return Entry.objects.create(
        user=by.user,
        role=",".join(sorted(by.roles)),
        act=act,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_name=(named or str(subject))[:200],
        state_from=facts.pop("state_from", ""),
        state_to=facts.pop("state_to", ""),
        note=note,
        facts=facts,
    )


def lock[Record: models.Model](row: Record) -> Record:
    """The row as it is now, locked until the transaction ends."""
    return type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def make_move[Record: models.Model](
    row: Record, table: Iterable[Move], act: str, *, by: Actor, note: str = "", **changes: Any
) -> Record:
    """Do `act` to the row if its table of moves allows it: lock, check state, role and four eyes, write, journal.

    `changes` are further fields that the act fills. Returns the locked row.
    Raises IllegalMove (the state does not allow it) and NotAllowed (role or person)."""
    with moving(row, table, act, by=by, note=note) as locked:
        for name, value in changes.items():
            setattr(locked, name, value)
    return locked


@contextmanager
def moving[Record: models.Model](
    row: Record, table: Iterable[Move], act: str, *, by: Actor, note: str = ""
) -> Iterator[Record]:
    """As `make_move`, with a body that fills the locked row before it is written: numbers, amounts, digests.

    One transaction around all of it: if the body refuses, nothing happened."""
    with transaction.atomic():
        locked: Any = lock(row)
        move = find_move(table, act, locked.state)
        if move is None:
            raise IllegalMove(
                _("“%(act)s” is not possible now: %(record)s is %(state)s. Reload the page to see where it stands.")
                % {"act": act_label(table, act), "record": locked, "state": locked.get_state_display()}
            )
        check_person(move, locked, by)
        before, locked.state = locked.state, move.target or locked.state
        if move.signs:
            setattr(locked, move.signs, by.user)
        if hasattr(locked, "moved_at"):
            locked.moved_at = timezone.now()
        yield locked
        locked.save()
        record(act, locked, by=by, note=note, state_from=before, state_to=locked.state)


def check_person(move: Move, row: Any, by: Actor) -> None:
    """Refuse a role that may not act, and a person who must not be the second pair of eyes."""
    if not by.roles & move.roles:
        raise NotAllowed(_("Your role here may not do this. It is done by: %(roles)s.") % {"roles": role_names(move)})
    for name in move.unlike:
        if by.user is not None and getattr(row, f"{name}_id") == by.user.pk:
            raise NotAllowed(
                _("You took an earlier step in this case, so another person must do “%(act)s” (four eyes).")
                % {"act": move.label}
            )


def role_names(move: Move) -> str:
    """The roles that may act, in the reader's language."""
    from incubator.accounts.roles import Role

    return "、".join(str(Role(role).label) for role in sorted(move.roles) if role != SYSTEM)


def act_label(table: Iterable[Move], act: str) -> Any:
    return next((move.label for move in table if move.act == act), act)


def next_number(series: str, *, year: int | None = None) -> int:
    """The next number of this series in this local year, without gaps: it is returned if the transaction fails.

    Call it last in the transaction: the counter row stays locked until the end."""
    year = timezone.localdate().year if year is None else year  # a series that runs on through the years stands in the year 0
    Counter.objects.get_or_create(series=series, year=year)
    table = connection.ops.quote_name(Counter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET value = value + 1 WHERE series = %s AND year = %s RETURNING value",  # noqa: S608 - our own table name
            [series, year],
        )
        return int(cursor.fetchone()[0])
