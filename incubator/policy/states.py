"""The states of an edition, of a local measure and of a public notice, and the moves between them (lifecycles.md 2.1, 2.2)."""

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


class MeasureState(TextChoices):
    """Where a local measure stands on its way into the library. Its words count once it is filed."""

    DRAFT = "draft", pgettext_lazy("measure", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("measure", "Waits for a second person")
    FILED = "filed", pgettext_lazy("measure", "Filed")
    DROPPED = "dropped", pgettext_lazy("measure", "Dropped")


MEASURE_TONES = {"in_review": "amber", "filed": "jade"}

MEASURE_MOVES = moves(
    Move("submit", _("Submit for review"), ("draft",), "in_review", DRAFTERS, signs="submitter", tone="primary"),
    Move(
        "file", _("Confirm and file"), ("in_review",), "filed", APPROVERS, unlike=("drafter", "submitter"),
        signs="approver", tone="primary",
    ),
    Move(
        "return", _("Return with a note"), ("in_review",), "draft", APPROVERS, unlike=("drafter", "submitter"),
        tone="danger",
    ),
    Move("drop", _("Drop the draft"), ("draft",), "dropped", DRAFTERS, tone="danger"),
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


class BudgetOrderState(TextChoices):
    """Where an entry by hand stands: one person enters it, a second one confirms it, then money moves."""

    PROPOSED = "proposed", pgettext_lazy("budget order", "Waits for the second person")
    CONFIRMED = "confirmed", pgettext_lazy("budget order", "Confirmed")
    REJECTED = "rejected", pgettext_lazy("budget order", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("budget order", "Withdrawn")


BUDGET_MOVES = moves(
    Move("confirm", _("Confirm the entry"), ("proposed",), "confirmed", APPROVERS, unlike=("proposer",),
         signs="confirmer", tone="primary"),
    Move("reject", _("Reject the entry"), ("proposed",), "rejected", APPROVERS, unlike=("proposer",), tone="danger"),
    Move("withdraw", _("Withdraw the entry"), ("proposed",), "withdrawn", frozenset({Role.FINANCE}), tone="danger"),
)


class ObjectionState(TextChoices):
    """Where an objection stands."""

    FILED = "filed", pgettext_lazy("objection", "Filed")
    EXAMINED = "examined", pgettext_lazy("objection", "Being examined")
    INADMISSIBLE = "inadmissible", pgettext_lazy("objection", "Not admitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("objection", "Withdrawn")
    UPHELD = "upheld", pgettext_lazy("objection", "Upheld")
    DISMISSED = "dismissed", pgettext_lazy("objection", "Dismissed")


# Nobody with a part in the line may act: notice.parties, asked by the service and once more by a trigger.
OBJECTION_MOVES = moves(
    Move("admit", _("Admit for examination"), ("filed",), "examined", frozenset({Role.OFFICER}), signs="examiner",
         tone="primary"),
    Move("refuse", _("Refuse as inadmissible"), ("filed",), "inadmissible", frozenset({Role.OFFICER}), signs="examiner",
         tone="danger"),
    Move("withdraw", _("Note the withdrawal"), ("filed", "examined"), "withdrawn", frozenset({Role.OFFICER, SYSTEM})),
    Move("record_ruling", _("Record the authority's ruling"), ("examined",), None, frozenset({Role.FINANCE}),
         signs="recorder"),
    Move("uphold", _("Uphold the objection"), ("examined",), "upheld", frozenset({Role.MANAGER}),
         unlike=("examiner", "recorder"), signs="ruler", tone="primary"),
    Move("dismiss", _("Dismiss the objection"), ("examined",), "dismissed", frozenset({Role.MANAGER}),
         unlike=("examiner", "recorder"), signs="ruler"),
)
