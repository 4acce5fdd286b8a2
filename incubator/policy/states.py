"""The states of an edition and of a public notice, and the moves between them (lifecycles.md 2.1, 2.2)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves


class EditionState(TextChoices):
    """Where an edition of a programme stands. Applications are taken only while it is effective."""

    DRAFT = "draft", pgettext_lazy("edition", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("edition", "In review")
    PUBLISHED = "published", pgettext_lazy("edition", "Published")
    EFFECTIVE = "effective", pgettext_lazy("edition", "In force")
    CLOSED = "closed", pgettext_lazy("edition", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("edition", "Withdrawn")


EDITION_TONES = {"in_review": "amber", "published": "indigo", "effective": "jade", "withdrawn": "red"}

SIGNED = (EditionState.PUBLISHED, EditionState.EFFECTIVE, EditionState.CLOSED, EditionState.WITHDRAWN)
RULING = (EditionState.PUBLISHED, EditionState.EFFECTIVE, EditionState.CLOSED)

DRAFTERS = frozenset({Role.OFFICER, Role.MANAGER})
APPROVERS = frozenset({Role.OWNER, Role.MANAGER})

EDITION_MOVES = moves(
    Move("submit", _("Submit for review"), ("draft",), "in_review", DRAFTERS, signs="submitter", tone="primary"),
    Move(
        "approve", _("Approve and publish"), ("in_review",), "published", APPROVERS,
        unlike=("drafter", "submitter"), signs="approver", tone="primary",
    ),
    Move(
        "return", _("Return with a note"), ("in_review",), "draft", APPROVERS, unlike=("drafter", "submitter"),
        tone="danger",
    ),
    Move("take_effect", _("Take effect"), ("published",), "effective", frozenset({SYSTEM})),
    Move("supersede", _("Replace by its successor"), ("effective",), "closed", APPROVERS),
    Move("expire", _("Expire"), ("effective",), "closed", frozenset({SYSTEM})),
    Move(
        "withdraw", _("Withdraw"), ("published", "effective"), "withdrawn", frozenset({Role.OWNER}), tone="danger",
    ),
)


class NoticeState(TextChoices):
    """Where a public notice stands."""

    DRAFT = "draft", pgettext_lazy("notice", "Draft")
    OPEN = "open", pgettext_lazy("notice", "Open")
    WITHDRAWN = "withdrawn", pgettext_lazy("notice", "Withdrawn")
    CLOSED = "closed", pgettext_lazy("notice", "Closed")


NOTICE_MOVES = moves(
    Move("publish", _("Publish the notice"), ("draft",), "open", frozenset({Role.MANAGER}), signs="published_by",
         tone="primary"),
    Move("record", _("Record the authority's notice"), ("draft",), "open", frozenset({Role.FINANCE}),
         signs="published_by"),
    Move("withdraw", _("Withdraw the notice"), ("open",), "withdrawn", frozenset({Role.MANAGER}), tone="danger"),
    Move("close", _("Close the notice"), ("open",), "closed", frozenset({SYSTEM})),
)
