"""Named reads of the policy tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Q

from incubator.core.scoping import SharedQuerySet
from incubator.policy.states import EditionState, MeasureState, NoticeState, ObjectionState


class DocumentQuerySet(SharedQuerySet):
    def for_library(self) -> Any:
        """Every text that can be read here, the province's before the local ones, with the number of its clauses."""
        shown = self.confirmed().annotate(clause_count=Count("clauses"))
        return shown.order_by("organisation", "-issued_on", "number", "pk")

    def confirmed(self) -> Any:
        """Texts that are shipped, and local ones that a second person has compared with the paper."""
        return self.filter(Q(organisation=None) | Q(confirmed_by__isnull=False))

    def past_their_end(self, day: date) -> Any:
        """The organisation's own texts that still count as in force although their last day has passed."""
        return self.own().filter(status="in_force", effective_to__lt=day)


class ClauseQuerySet(SharedQuerySet):
    def in_order(self) -> Any:
        return self.order_by("document", "ordinal")

    def around(self, clause: Any) -> dict[str, Any]:
        """The clauses before and after this one, by name `previous` and `next`; either may be None."""
        near = {
            row.ordinal: row
            for row in self.filter(document=clause.document, ordinal__in=(clause.ordinal - 1, clause.ordinal + 1))
        }
        return {"previous": near.get(clause.ordinal - 1), "next": near.get(clause.ordinal + 1)}


class EditionQuerySet(SharedQuerySet):
    def with_rule(self) -> Any:
        """Editions with the programme and the clause that authorises it, for pages."""
        return self.select_related("programme__citation__clause__document")

    def with_words(self) -> Any:
        """With its rule, and the words that name the payee."""
        return self.with_rule().select_related("payee_citation__clause__document")

    def of_kind(self, kind: str) -> Any:
        return self.filter(programme__kind=kind)

    def effective_on(self, day: date) -> Any:
        """Editions in force on this day: effective, or closed since but in force then."""
        return self.filter(
            Q(effective_to=None) | Q(effective_to__gte=day),
            state__in=(EditionState.EFFECTIVE, EditionState.CLOSED),
            effective_from__lte=day,
        )

    def open_for(self, kind: str, day: date, *, payee: str | None = None) -> Any:
        """Editions of this kind that take applications on this day."""
        rows = self.of_kind(kind).filter(
            Q(effective_to=None) | Q(effective_to__gte=day), state=EditionState.EFFECTIVE, effective_from__lte=day
        )
        return rows.filter(payee=payee) if payee else rows

    def needing_approval(self) -> Any:
        """Submitted, and waiting for a second person."""
        return self.filter(state=EditionState.IN_REVIEW)

    def due_to_start(self, day: date) -> Any:
        """Published, and the day has come."""
        return self.filter(state=EditionState.PUBLISHED, effective_from__lte=day)

    def successors_of(self, edition: Any) -> Any:
        """Published editions of the same right, region and payee that begin after it."""
        return self.filter(
            state=EditionState.PUBLISHED, programme=edition.programme_id, region=edition.region, payee=edition.payee,
            effective_from__gt=edition.effective_from,
        ).order_by("effective_from", "pk")

    def past_their_end(self, day: date) -> Any:
        """Still effective although their last day has passed."""
        return self.filter(state=EditionState.EFFECTIVE, effective_to__lt=day)

    def templates(self) -> Any:
        """What is shipped for everybody to copy from: always drafts."""
        return self.shared()

    def for_desk(self) -> Any:
        """This organisation's editions, those that wait for a person first."""
        order = models.Case(
            *(models.When(state=state, then=place) for place, state in enumerate(
                (EditionState.IN_REVIEW, EditionState.DRAFT, EditionState.PUBLISHED, EditionState.EFFECTIVE)
            )),
            default=9,
        )
        return self.own().with_rule().annotate(place=order).order_by("place", "programme__kind", "payee", "-pk")


class ParameterQuerySet(SharedQuerySet):
    def with_source(self) -> Any:
        return self.select_related("citation__clause__document", "verified_by")

    def not_set(self) -> Any:
        """Authorised, amount not set."""
        return self.filter(certainty="placeholder")

    def unfit_to_publish(self) -> Any:
        """Rows that keep an edition from being published: no figure, not verified, or no citation."""
        return self.filter(
            Q(certainty="placeholder")
            | Q(value=None)
            | Q(citation=None)
            | Q(certainty="derived", verified_by=None)
            | Q(certainty="derived", last_verified_on=None)
        )

    def to_verify(self, day: date) -> Any:
        """Derived figures of drafts and running editions that nobody has verified, or that are due for another look."""
        rows = self.filter(certainty="derived", edition__state__in=("draft", "published", "effective"))
        later = rows.annotate(latest=models.Max("verifications__look_again_on"))
        due = Q(last_verified_on=None) | Q(latest__lte=day) | Q(latest=None, look_again_on__lte=day)
        return later.filter(due).select_related("edition").order_by("edition", "key")

    def of_texts(self) -> Any:
        """What the texts themselves set, without what later series say."""
        return self.exclude(citation=None)


class MeasureQuerySet(models.QuerySet[Any]):
    def open(self) -> Any:
        """Drafts that somebody still has to do something about, those that wait for a second person first."""
        waiting = models.Case(models.When(state=MeasureState.IN_REVIEW, then=0), default=1)
        return self.filter(state__in=(MeasureState.DRAFT, MeasureState.IN_REVIEW)).order_by(waiting, "-pk")

    def needing_approval(self) -> Any:
        """Submitted, and waiting for a second person."""
        return self.filter(state=MeasureState.IN_REVIEW)


class VerificationQuerySet(models.QuerySet[Any]):
    def latest_first(self) -> Any:
        return self.select_related("verified_by", "citation__clause__document").order_by("-verified_on", "-pk")


class HolidayQuerySet(models.QuerySet[Any]):
    def calendar(self) -> tuple[list[date], list[date]]:
        """The days off and the weekend days worked, as `notice_period` takes them."""
        rows = list(self.values_list("day", "kind").order_by("day"))
        return [day for day, kind in rows if kind == "holiday"], [day for day, kind in rows if kind != "holiday"]

    def is_known(self, year: int) -> bool:
        """Whether the state's calendar of this year is loaded. If not, only weekends are off."""
        return self.filter(day__year=year).exists()


class DecisionQuerySet(models.QuerySet[Any]):
    def about(self, record: Any) -> Any:
        """Every decision on this record, the first one first."""
        return self.filter(subject_type=record._meta.label_lower, subject_id=record.pk).order_by("pk")

    def standing(self) -> Any:
        """Decisions that no later one replaces."""
        return self.filter(replaced_by=None)

    def end_of_chain(self) -> Any:
        """The last decision of this organisation, or None."""
        return self.order_by("-pk").first()


class NoticeQuerySet(models.QuerySet[Any]):
    def public(self) -> Any:
        """What everybody may read now."""
        return self.filter(state__in=(NoticeState.OPEN, NoticeState.CLOSED)).order_by("-published_on", "-pk")

    def ended(self, day: date) -> Any:
        """Open notices whose last day has passed."""
        return self.filter(state=NoticeState.OPEN, last_day__lt=day)

    def chain(self, notice: Any) -> list[Any]:
        """The notice and those it follows, the newest first."""
        found, place = [], notice
        while place is not None:
            found.append(place)
            place = self.filter(pk=place.replaces_id).first() if place.replaces_id else None
        return found


class BudgetLineQuerySet(models.QuerySet[Any]):
    def with_programme(self) -> Any:
        """Lines with the programme and the clause that gives the right to its money, for pages."""
        return self.select_related("programme__citation__clause__document")

    def paying(self, edition: Any, year: int) -> Any:
        """The line that pays for an edition in this year, if it was opened."""
        from incubator.policy.models.budgets import Source

        return self.filter(
            programme=edition.programme_id, region=edition.region, year=year, source=Source.of(edition.decider)
        )

    def totals(self) -> dict[str, Any]:
        """The sums of these lines, in yuan."""
        sums = self.aggregate(**{name: models.Sum(name) for name in ("appropriated", "committed", "paid")})
        return {name: value or 0 for name, value in sums.items()}


class BudgetOrderQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Any:
        """Entered, and waiting for the second person."""
        return self.filter(state="proposed")

    def for_pages(self) -> Any:
        return self.select_related("line__programme", "target__programme", "reply__document", "proposer", "confirmer", "reverses")


class BudgetEntryQuerySet(models.QuerySet[Any]):
    def about(self, subject: Any) -> Any:
        """Every entry of one case, the first one first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("pk")

    def for_pages(self) -> Any:
        """With the document, the decision and the clause that each rests on."""
        return self.select_related(
            "order__reply__document", "order__target__programme", "order__line__programme", "user",
            "decision__edition__programme__citation__clause__document", "decision__reply",
        )

    def of_days(self, first: date, last: date) -> Any:
        """Entries from the first to the last local day."""
        return self.filter(at__date__gte=first, at__date__lte=last)

    def paid_by_subject(self) -> Any:
        """One figure for each case that has entries: paid less returned and clawed back, as a subquery takes it."""
        net = models.Case(
            models.When(target="paid", then="amount"), models.When(source="paid", then=-models.F("amount")),
            default=models.Value(0), output_field=models.DecimalField(max_digits=14, decimal_places=2),
        )
        return self.order_by().values("subject_id").annotate(net=models.Sum(net)).values("net")

    def sums(self) -> dict[str, Any]:
        """What these entries leave in each bucket; `outside` is minus what was appropriated."""
        return self.sums_by()[()]

    def sums_by(self, *names: str) -> defaultdict[tuple[Any, ...], dict[str, Any]]:
        """The same for each line, or each case, that these fields tell apart, in one query; without entries all is 0."""
        found: defaultdict[tuple[Any, ...], dict[str, Any]] = defaultdict(
            lambda: dict.fromkeys(("outside", "available", "committed", "paid"), 0)
        )
        rows = self.order_by().values_list(*names, "source", "target").annotate(total=models.Sum("amount"))
        for *key, source, target, total in rows:
            held = found[tuple(key)]
            held[source] -= total
            held[target] += total
        return found


class ObjectionQuerySet(models.QuerySet[Any]):
    def unanswered(self) -> Any:
        """Those that nobody has answered for good."""
        return self.filter(state__in=(ObjectionState.FILED, ObjectionState.EXAMINED))

    def blocking(self) -> Any:
        """Those that keep a result from being confirmed: unanswered, or upheld and not yet followed by a new decision."""
        return self.filter(
            Q(state__in=(ObjectionState.FILED, ObjectionState.EXAMINED)) | Q(state=ObjectionState.UPHELD, remedied_at=None)
        )

    def for_pages(self) -> Any:
        return self.select_related("notice", "document", "examiner", "ruler", "recorder", "reply__document")
