"""What must be true before an edition may be submitted and published. Each condition says whether it holds and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from incubator.accounts.models import Membership
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, NotEligible
from incubator.core.formulas import get_formula
from incubator.core.pieces import Check
from incubator.policy import evidence
from incubator.policy.keys import label_of, missing_keys
from incubator.policy.models import COSTS, Certainty, Decider, Level, Parameter, Payee, ProgrammeEdition

NAMES_THE_TENANT = ("入驻企业", "在孵企业", "承租企业", "入驻团队", "创业企业", "创业实体")


def conditions(edition: ProgrammeEdition) -> list[Check]:
    """Every condition of publication, in the order in which people see to them."""
    rows = list(edition.parameters.with_source())
    return [
        _dated(edition),
        _payee(edition),
        *_figures(edition, rows),
        *_texts(edition, rows),
        _papers(edition),
        _window(edition),
        _decided(edition),
        _formula(edition, rows),
        _people(edition),
    ]


def failing(edition: ProgrammeEdition) -> list[Check]:
    return [check for check in conditions(edition) if not check.passes]


def require_publishable(edition: ProgrammeEdition) -> None:
    """Raise NotEligible with everything that is still missing."""
    missing = failing(edition)
    if missing:
        raise NotEligible(
            _("“%(edition)s” cannot be published yet. Missing: %(list)s")
            % {"edition": edition, "list": " ".join(str(check.note or check.text) for check in missing)},
            code="NOT_PUBLISHABLE",
        )


def _dated(edition: ProgrammeEdition) -> Check:
    set_ = edition.effective_from is not None
    return Check(_("First day"), set_, edition.effective_from if set_ else _("The day from which it applies is not set."))


def _payee(edition: ProgrammeEdition) -> Check:
    """Clause 九 pays the maker space. A tenant is paid only under a local measure that names the tenant (policy.md e)."""
    problem = payee_problem(edition)
    return Check(_("Payee: %(payee)s") % {"payee": edition.get_payee_display()}, not problem, problem)


def payee_problem(edition: ProgrammeEdition) -> str:
    """Why this payee is not supported by the cited words; empty when it is."""
    if edition.programme.kind not in COSTS or edition.payee != Payee.TENANT:
        return ""
    citation = edition.payee_citation
    if citation is None or citation.clause.document.level != Level.LOCAL:
        return _("Clause (九) pays the maker space. To pay tenants, cite the clause of a local measure that names the "
                 "tenant as payee.")
    if not any(name in citation.quote for name in NAMES_THE_TENANT):
        return _("The words cited for the payee do not name the tenant. Cite the words that do.")
    return ""


def _figures(edition: ProgrammeEdition, rows: list[Parameter]) -> Iterator[Check]:
    absent = missing_keys(edition.formula_name, (row.key for row in rows))
    for key in absent:
        yield Check(key.label, False, _("“%(figure)s” is not set.") % {"figure": key.label})
    for row in rows:
        problem = figure_problem(row)
        yield Check(label_of(row.key), not problem, problem, clause=row.citation.clause.label if row.citation else "")


def figure_problem(row: Parameter) -> str:
    """Why an edition with this figure cannot be published; empty when it can."""
    figure = {"figure": label_of(row.key)}
    if not row.is_set:
        return _("“%(figure)s” is authorised, but its amount is not set.") % figure
    if row.certainty == Certainty.DERIVED and (row.verified_by_id is None or row.last_verified_on is None):
        return _("“%(figure)s” comes from a secondary source and nobody has verified it.") % figure
    if row.citation is None:
        return _("“%(figure)s” has no citation.") % figure
    if row.certainty != Certainty.DERIVED:
        return ""
    return "" if row.valid_from else _("“%(figure)s” has no first day of validity.") % figure


def _texts(edition: ProgrammeEdition, rows: list[Parameter]) -> Iterator[Check]:
    """Every own text that it rests on has been compared with the paper by a second person."""
    cited = [row.citation for row in rows if row.citation] + ([edition.payee_citation] if edition.payee_citation else [])
    for document in {citation.clause.document_id: citation.clause.document for citation in cited}.values():
        if not document.is_confirmed:
            problem = _("No second person has confirmed the text “%(title)s” yet.") % {"title": document.short_name}
            yield Check(_("Text: %(title)s") % {"title": document.short_name}, False, problem)


def _papers(edition: ProgrammeEdition) -> Check:
    problem = "" if edition.evidence else _("The list of papers is empty.")
    dropped = evidence.dropped(edition.programme.kind, edition.evidence)
    if edition.evidence and dropped:
        problem = _("These papers cannot be left out: %(papers)s.") % {"papers": "、".join(dropped)}
    return Check(_("Papers asked for"), not problem, problem)


def _window(edition: ProgrammeEdition) -> Check:
    known = edition.window.get("period") in {"month", "quarter", "year"}
    return Check(_("Period of a claim"), known, "" if known else _("The period of a claim is not set."))


def _decided(edition: ProgrammeEdition) -> Check:
    problem = "" if edition.stacking_group else _("The stacking group is not set: double claims would not be found.")
    return Check(_("Stacking group and decider"), not problem, problem or edition.get_decider_display())


def _formula(edition: ProgrammeEdition, rows: list[Parameter]) -> Check:
    """The formula takes the figures of the first day."""
    label = _("The formula accepts the figures")
    if edition.effective_from is None or missing_keys(edition.formula_name, (row.key for row in rows)):
        return Check(label, False, _("The formula cannot be tried before its figures and the first day are set."))
    autodiscover_modules("formulas")  # a command may ask before any page has loaded them
    try:
        terms, _cited = edition.terms(edition.effective_from)
        get_formula(edition.formula_name).terms.from_dict(terms)
    except (ValueError, BusinessError) as error:
        return Check(label, False, str(error))
    return Check(label, True)


def people_needed(edition: ProgrammeEdition) -> int:
    """How many people the four-eyes rules of this edition need (lifecycles.md 1)."""
    if edition.decider == Decider.OPERATOR:
        return 4
    return 3 if edition.payee == Payee.SPACE else 2


def _people(edition: ProgrammeEdition) -> Check:
    needed, there = people_needed(edition), active_people(edition.organisation)
    label = _("At least %(needed)s people who act in the office") % {"needed": needed}
    return Check(label, there >= needed, "" if there >= needed else _("There are %(there)s.") % {"there": there})


def active_people(organisation: Any) -> int:
    """People of the office who act today: owners, managers, finance, case officers; each counted once."""
    acting = (Role.OWNER, Role.MANAGER, Role.FINANCE, Role.OFFICER)
    held = Membership.objects.running().filter(organisation=organisation, role__in=acting, user__is_active=True)
    return held.values("user").distinct().count()
