"""Budget lines, what an edition says of its money, and the ledger that nobody can overspend (lifecycles.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.policy.models.programmes import Decider, Programme, ProgrammeEdition
from incubator.policy.models.records import Decision, OfficialReply
from incubator.policy.querysets import BudgetEntryQuerySet, BudgetLineQuerySet, BudgetOrderQuerySet
from incubator.policy.states import BudgetOrderState

NOTHING = Decimal("0.00")


class Source(models.TextChoices):
    """Whose money it is; the decider of the edition decides from the same purse."""

    AUTHORITY = "authority", _("Money of the supervising authority")
    OWN = "own", _("The operator's own funds")

    @classmethod
    def of(cls, decider: str) -> Source:
        return cls.OWN if decider == Decider.OPERATOR else cls.AUTHORITY


class Bucket(models.TextChoices):
    """Where money of a line can be. Outside is everything that is not in the line."""

    OUTSIDE = "outside", _("Outside the line")
    AVAILABLE = "available", _("Available")
    COMMITTED = "committed", _("Committed")
    PAID = "paid", _("Paid")


class EntryKind(models.TextChoices):
    """What moves money between the buckets of a line."""

    APPROPRIATION = "appropriation", _("Appropriation")
    REDUCTION = "reduction", _("Reduction by the authority")
    TRANSFER_OUT = "transfer_out", _("Transferred to another line")
    TRANSFER_IN = "transfer_in", _("Transferred from another line")
    CARRY_OUT = "carry_out", _("Carried over to the next year")
    CARRY_IN = "carry_in", _("Carried over from the year before")
    COMMITMENT = "commitment", _("Commitment")
    RELEASE = "release", _("Release")
    DISBURSEMENT = "disbursement", _("Disbursement")
    RETURN = "return", _("Returned by the bank")
    CLAWBACK = "clawback", _("Clawed back, given to the authority")
    CLAWBACK_KEPT = "clawback_kept", _("Clawed back, available again")
    REVERSAL = "reversal", _("Reversal of an entry")


B, K = Bucket, EntryKind
WAYS = {
    K.APPROPRIATION: (B.OUTSIDE, B.AVAILABLE),
    K.REDUCTION: (B.AVAILABLE, B.OUTSIDE),
    K.TRANSFER_OUT: (B.AVAILABLE, B.OUTSIDE),
    K.TRANSFER_IN: (B.OUTSIDE, B.AVAILABLE),
    K.CARRY_OUT: (B.AVAILABLE, B.OUTSIDE),
    K.CARRY_IN: (B.OUTSIDE, B.AVAILABLE),
    K.COMMITMENT: (B.AVAILABLE, B.COMMITTED),
    K.RELEASE: (B.COMMITTED, B.AVAILABLE),
    K.DISBURSEMENT: (B.COMMITTED, B.PAID),
    K.RETURN: (B.PAID, B.COMMITTED),
    K.CLAWBACK: (B.PAID, B.OUTSIDE),
    K.CLAWBACK_KEPT: (B.PAID, B.AVAILABLE),
}
BY_HAND = (K.APPROPRIATION, K.REDUCTION, K.TRANSFER_OUT, K.TRANSFER_IN, K.CARRY_OUT, K.CARRY_IN)


def _ways() -> Q:
    """Every kind with its two buckets; a reversal goes back what was entered by hand."""
    allowed = Q(kind=K.REVERSAL, reverses__isnull=False) & (
        Q(source=B.AVAILABLE, target=B.OUTSIDE) | Q(source=B.OUTSIDE, target=B.AVAILABLE)
    )
    for kind, (source, target) in WAYS.items():
        allowed |= Q(kind=kind, source=source, target=target, reverses=None)
    return allowed


class BudgetLine(OrganisationModel):
    """The money for one programme, region and year from one purse. Its figures are the sums of its entries."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="budget_lines", verbose_name=_("Programme"))
    region = models.CharField(_("Region"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("Year"))
    source = models.CharField(_("Whose money"), max_length=9, choices=Source.choices)
    appropriated = yuan_field(_("Appropriated"), default=NOTHING, editable=False)
    committed = yuan_field(_("Committed"), default=NOTHING, editable=False)
    paid = yuan_field(_("Paid"), default=NOTHING, editable=False)
    opened_by = person(_("Opened by"), null=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(BudgetLineQuerySet)

    class Meta:
        verbose_name = _("budget line")
        ordering = ["-year", "programme", "region", "source"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "programme", "region", "year", "source"], name="budget_line_once"),
            models.CheckConstraint(
                condition=Q(committed__gte=0, paid__gte=0, appropriated__gte=F("committed") + F("paid")),
                name="budget_never_overspent",
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="budget_line_year"),
        ]

    def __str__(self) -> str:
        place = f" · {self.region}" if self.region else ""
        return f"{self.year} {self.programme.name}{place}"

    @property
    def available(self) -> Decimal:
        """What can still be committed, in yuan."""
        return self.appropriated - self.committed - self.paid

    @property
    def execution(self) -> int:
        """The execution rate: paid as a share of what was appropriated, in whole percent, rounded down."""
        return int(self.paid * 100 / self.appropriated) if self.appropriated else 0

    @property
    def used(self) -> int:
        """Paid and committed as a share of what was appropriated, in whole percent, rounded down."""
        return int((self.paid + self.committed) * 100 / self.appropriated) if self.appropriated else 0


class BudgetStatement(AppendOnlyModel):
    """What an edition says of its money: that a budget line pays, or that no budget is stated. The last one stands."""

    class Rule(models.TextChoices):
        LINE = "line", _("A budget line pays")
        NONE = "none", _("No budget is stated")

    edition = models.ForeignKey(ProgrammeEdition, models.PROTECT, related_name="budget_statements")
    rule = models.CharField(_("Budget"), max_length=4, choices=Rule.choices)
    waiting_order = models.BooleanField(_("Applications wait in the order of filing when the money is short"), default=False)
    clawback_stays = models.BooleanField(_("Money clawed back stays in the line"), default=False)
    said_by = person(_("Said by"), null=True)
    said_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("budget statement")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_rule_display()}"


class BudgetOrder(OrganisationModel):
    """What one person enters by hand and a second one confirms: an appropriation, reduction, transfer, carry-over, or
    the reversal of one. Money moves when the second person confirms."""

    class Kind(models.TextChoices):
        APPROPRIATION = "appropriation", _("Appropriation")
        REDUCTION = "reduction", _("Reduction by the authority")
        TRANSFER = "transfer", _("Transfer to another line")
        CARRY_OVER = "carry_over", _("Carry-over to the next year")
        REVERSAL = "reversal", _("Reversal")

    kind = models.CharField(_("Kind"), max_length=13, choices=Kind.choices)
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="orders")
    target = models.ForeignKey(BudgetLine, models.PROTECT, null=True, related_name="+", verbose_name=_("To the line"))
    amount = yuan_field(_("Amount"))
    reply = models.ForeignKey(OfficialReply, models.PROTECT, null=True, related_name="+", verbose_name=_("Document"))
    paper_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals")
    note = models.TextField(_("Note"), blank=True)
    state = models.CharField(_("State"), max_length=9, choices=BudgetOrderState.choices, default=BudgetOrderState.PROPOSED)
    proposer = person(_("Entered by"), null=True)
    confirmer = person(_("Confirmed by"), null=True)
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    objects = walled(BudgetOrderQuerySet)

    class Meta:
        verbose_name = _("budget order")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_order_amount"),
            models.CheckConstraint(condition=Q(confirmer=None) | ~Q(confirmer=F("proposer")), name="budget_order_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmer__isnull=False, proposer__isnull=False),
                name="budget_order_confirmed_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["appropriation", "reduction"]) | Q(reply__isnull=False) & ~Q(paper_sha256=""),
                name="budget_order_names_its_document",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["transfer", "carry_over"], target__isnull=False) & ~Q(target=F("line"))
                | ~Q(kind__in=["transfer", "carry_over"]) & Q(target=None),
                name="budget_order_target",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | ~Q(kind="reversal") & Q(reverses=None),
                name="budget_order_reversal",
            ),
            models.UniqueConstraint(
                fields=["organisation", "line", "kind", "paper_sha256"],
                condition=Q(state__in=["proposed", "confirmed"]) & ~Q(paper_sha256=""),
                name="budget_document_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "reverses"],
                condition=Q(state__in=["proposed", "confirmed"], reverses__isnull=False),
                name="budget_order_reversed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def state_tone(self) -> str:
        return {"proposed": "amber", "confirmed": "jade"}.get(self.state, "plain")


class BudgetEntry(AppendOnlyModel):
    """One move of money between two buckets of a line. Never changed; a mistake is reversed by another entry.

    `key` is the business key: the same act written twice is one entry."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="entries")
    kind = models.CharField(_("Kind"), max_length=13, choices=EntryKind.choices)
    source = models.CharField(_("From"), max_length=9, choices=Bucket.choices)
    target = models.CharField(_("To"), max_length=9, choices=Bucket.choices)
    amount = yuan_field(_("Amount"))
    key = models.CharField(max_length=80, editable=False)
    order = models.ForeignKey(BudgetOrder, models.PROTECT, null=True, related_name="entries")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="budget_entries")
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=200, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    user = person(_("By"), null=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(BudgetEntryQuerySet)

    class Meta:
        verbose_name = _("budget entry")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "subject_type", "subject_id"], name="budget_entry_subject"),
            models.Index(fields=["line", "id"], name="budget_entry_line"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="budget_entry_once"),
            models.UniqueConstraint(fields=["organisation", "reverses"], condition=Q(reverses__isnull=False),
                                    name="budget_entry_reversed_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_entry_amount"),
            models.CheckConstraint(condition=~Q(key=""), name="budget_entry_keyed"),
            models.CheckConstraint(condition=_ways(), name="budget_entry_way"),
            models.CheckConstraint(
                condition=Q(kind__in=[*BY_HAND, K.REVERSAL], order__isnull=False, subject_id=None, subject_type="")
                | ~Q(kind__in=[*BY_HAND, K.REVERSAL])
                & Q(order=None, subject_id__isnull=False, decision__isnull=False) & ~Q(subject_type=""),
                name="budget_entry_has_its_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


@dataclass(frozen=True)
class Holding:
    """What a case holds in its budget line now, in yuan."""

    line_id: int | None
    committed: Decimal
    paid: Decimal
