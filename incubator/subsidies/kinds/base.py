"""What every kind of programme answers; each module of this package answers it for one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incubator.core.errors import NotEligible
from incubator.core.periods import Month
from incubator.policy.models import Kind
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost
from incubator.subsidies.services.keys import invoice_digest
from spaces.models import Site

if TYPE_CHECKING:
    from incubator.subsidies.case import Case

type Check = Callable[[Case], Iterator[Any]]  # yields Conditions, from the case alone


class SubsidyKind:
    """One kind of programme. A subclass with a `name` is in the register as soon as its module is imported."""

    name: ClassVar[str] = ""  # the value of policy.Kind
    formula: ClassVar[str] = ""
    item: ClassVar[str] = ""  # how papers call it, in Chinese
    money: ClassVar[str] = "补贴"  # what papers call the money: 补贴, 补助, 奖励
    lines_label: ClassVar[Any] = _("Months claimed")
    conditions: ClassVar[tuple[Check, ...]] = ()  # beside those of eligibility.py
    passes_on: ClassVar[bool] = False  # whether relief of the tenants is looked at (policy.md e)
    adds: ClassVar[Any] = ""  # what can be recorded on the page of costs: "Add a person"; empty: nothing
    nothing: ClassVar[Any] = _("Nothing that can be claimed for this quarter is recorded yet.")
    taken: ClassVar[tuple[str, Any]] = (
        "DUP_ITEM",
        _("This was already granted or applied for elsewhere. Contact the authority."),
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Put the kind into the register."""
        super().__init_subclass__(**kwargs)
        if cls.name:
            _register[cls.name] = cls()

    @property
    def label(self) -> Any:
        """What people call it."""
        return Kind(self.name).label

    def first_figures(self, application: SubsidyApplication) -> dict[str, str]:
        """The figures that the wizard starts with, as text."""
        return {}

    def figure_fields(self, given: dict[str, Any]) -> dict[str, forms.Field]:
        """The fields of the figures that the applicant may change; `given` fills them in."""
        return {}

    def refuse_figures(self, application: SubsidyApplication, cleaned: dict[str, Any]) -> dict[str, str]:
        """What is wrong with the figures typed: a sentence for each field."""
        return {}

    def home(self, period: Quarter, *, startup: Any, site: Any) -> tuple[Any, Any, Any]:
        """The site, the lease and the head lease that the application stands on; both leases None where it needs none.

        Raises NotEligible where the organisation has no site yet."""
        found = (
            site
            or (Site.objects.filter(leases__startup=startup).first() if startup else None)
            or Site.objects.order_by("pk").first()
        )
        if found is None:
            raise NotEligible(gettext("No site is recorded yet. Record it under Spaces first."))
        return found, None, None

    def source_form(self, application: SubsidyApplication) -> type[forms.Form]:
        """The form with which something is recorded that can then be claimed. Only where `adds` says what."""
        raise NotImplementedError

    def add_source(self, application: SubsidyApplication, given: dict[str, Any], *, by: Any) -> Any:
        """Record what the form says."""
        raise NotImplementedError

    def once(self, application: SubsidyApplication, line: Any) -> list[str]:
        """The keyed digests that this line takes, each of them once in all organisations."""
        return [invoice_digest(line.fapiao)] if line.fapiao_id else []

    def invoices_of(self, lines: Iterable[Any]) -> list[Any]:
        """The invoices that these lines rest on; their scans go among the papers."""
        return [line.fapiao for line in lines if line.fapiao_id]

    def choice_label(self, cost: Cost) -> str:
        """How a choice on the page of costs reads; and that another application holds it."""
        text = self.choice_words(cost)
        return text if cost.free else gettext("%(text)s (already claimed)") % {"text": text}

    def choice_words(self, cost: Cost) -> str:
        """What the choice is."""
        raise NotImplementedError

    def paper_row(self, line: Any) -> dict[str, str]:
        """What the claim says of a line beside its amounts: `about`, `month`, `invoice` (the number of its proof), `slips`."""
        return {
            "about": line.what,
            "month": str(Month.of(line.month)) if line.month else "",
            "invoice": line.proof,
            "slips": "",
        }

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        """Every line that can be claimed for the period, from what is on file."""
        raise NotImplementedError

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        """What only this kind reads from the rows, beside what every case holds (`Case.found`)."""
        return {}

    def facts_of(self, case: Case) -> dict[str, Any]:
        """The facts of the formula: the applicant's figures, the claimed lines, what was granted before."""
        raise NotImplementedError

    def questions(self) -> dict[str, forms.Field]:
        """What somebody without any file is asked; the answers become the figures of an invented case."""
        return self.figure_fields({})

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """What the answers make of a case, as `trial.stated_case` reads it: figures, lines, lease. `answers` also
        holds `settled_on`, the day since when the applicant is here."""
        return {"figures": {name: str(answers[name]) for name in self.questions()}}


_register: dict[str, SubsidyKind] = {}


def kinds() -> tuple[SubsidyKind, ...]:
    """Every kind, in the order of policy.Kind."""
    return tuple(_register[name] for name in Kind.values if name in _register)


def kind_named(name: str) -> SubsidyKind:
    """The kind of this name. KeyError for one that takes no applications."""
    return _register[name]
