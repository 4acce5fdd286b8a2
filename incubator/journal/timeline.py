"""Journal entries as the lines of a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import pgettext

from incubator.core.pieces import Event
from incubator.core.states import Move
from incubator.journal.models import Entry

Labels = Mapping[tuple[str, str], Any]  # (subject_type, act) → what happened, in the reader's words


def labels_of(subject_type: str, table: Iterable[Move] = (), **further: Any) -> dict[tuple[str, str], Any]:
    """What the acts of one kind of record are called: those of its table of moves, and further ones by name."""
    named = {move.act: move.label for move in table} | further
    return {(subject_type, act): label for act, label in named.items()}


def events_of(entries: Iterable[Entry], labels: Labels, *, name_subject: bool = False) -> list[Event]:
    """One event for each entry whose act has a label; others are details that nobody looks for here.

    `name_subject` puts the record's name below the act, for timelines over several records."""
    return [
        Event(
            when=entry.at,
            title=labels[key],
            text=" · ".join(part for part in (entry.subject_name if name_subject else "", entry.note) if part),
            by=str(entry.user) if entry.user else pgettext("actor", "System"),
            icon="file" if entry.user else "clock",
            tone="jade" if entry.state_to else "plain",
        )
        for entry in entries
        if (key := (entry.subject_type, entry.act)) in labels
    ]
