"""Every condition of a case in order, each with the clause that asks for it.

The same list is shown to the founder before sending, to the officer while checking, to whoever asks the calculator,
and refuses on submission (decision 0068)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import get_language, override

from incubator.documents.models import DocumentKind
from incubator.subsidies import conditions as common
from incubator.subsidies.case import Case
from incubator.subsidies.conditions import Condition
from incubator.subsidies.gather import case_of
from incubator.subsidies.grounds import Ground, Grounds
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import SubsidyApplication

LIVE = {"draft", "returned", "submitted", "in_review", "appealed"}
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def conditions(case: Case, *, on_submission: bool = True) -> list[Condition]:
    """Every condition of this case. Once it was sent in, the window does not close on it any more."""
    first = (common.window,) if on_submission else ()
    checks = (*first, common.standing, *kind_named(case.kind).conditions, common.account, common.papers)
    grounds = Grounds(case.edition)
    return [
        replace(condition, ground=grounds.of(condition.rule or condition.code, condition.paper))
        for check in checks
        for condition in check(case)
    ]


def conditions_of(application: SubsidyApplication, *, on_submission: bool = True) -> list[Condition]:
    """The conditions of an application as its rows stand now."""
    return conditions(case_of(application), on_submission=on_submission)


def failing(application: SubsidyApplication) -> list[Condition]:
    """What must be put right before it can be sent: what fails, and what nobody has shown."""
    return [condition for condition in conditions_of(application) if not condition.holds]


def findings(application: SubsidyApplication) -> list[dict[str, Any]]:
    """The conditions as they are stored with the application on the day it is sent or recommended: result, the
    sentence in both languages, clause and missing paper. They stay readable when rows and editions have moved on."""
    case, told = case_of(application), {}
    for key, language in LANGUAGES.items():
        with override(language):
            told[key] = conditions(case, on_submission=False)
    return [
        {
            "code": condition.code,
            "holds": condition.holds,
            "zh": condition.sentence,
            "en": english.sentence,
            "paper": "" if condition.holds else condition.paper,
            "clause": condition.ground.clause if condition.ground else "",
            "quote": condition.ground.quote if condition.ground else "",
            "url": condition.ground.url if condition.ground else "",
        }
        for condition, english in zip(told["zh"], told["en"], strict=True)
    ]


def stored(application: SubsidyApplication) -> list[Condition]:
    """The conditions as they were stored, in the reader's language; none for what was sent before they were kept."""
    key = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [
        Condition(
            row["code"], row["holds"], row[key], paper=row["paper"],
            ground=Ground(row["clause"], row["quote"], row["url"]) if row["clause"] else None,
        )
        for row in application.findings
    ]


def shown(application: SubsidyApplication) -> list[Condition]:
    """The conditions for a page: as they stand while somebody may still put them right or check them, after that as
    they were stored, whatever has changed since."""
    if application.state in LIVE or not application.findings:
        return conditions_of(application, on_submission=application.is_editable)
    return stored(application)


def required_items(application: SubsidyApplication) -> list[str]:
    """The papers that the application's edition demands, in its order."""
    return common.required_items(application.edition)


def listed_items(application: SubsidyApplication) -> list[dict[str, Any]]:
    """Every paper of the edition's list with its label, whether it is demanded, and the note."""
    own = {DocumentKind.INVOICE, DocumentKind.BANK_SLIP}
    return [
        {**row, "label": DocumentKind(row["item"]).label} for row in application.edition.evidence if row["item"] not in own
    ]
