"""The cap of a case, from the words of clause 十一 themselves.

The stored text has no date of issue; its number says 2015, so its caps are read as those from that year on. The share
of eligible hires that opens the cap of firms is not set by the text: firms are not taken until a measure sets it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incubator.core.errors import NotEligible
from incubator.core.formulas import compute, trace
from incubator.core.money import yuan
from incubator.core.pieces import Reason
from incubator.guarantees import formulas  # noqa: F401 - registers loan_cap
from incubator.policy.models import Certainty, Parameter

SINCE = "2015-01-01"
KEYS = {"loan.cap.individual": "individual", "loan.cap.graduate": "graduate", "loan.graduate.window": "graduate_window_years", "loan.cap.enterprise": "enterprise"}


def cap_terms() -> dict[str, Any]:
    """The terms of `loan_cap` as the document states them. Raises NotEligible where the document is not loaded."""
    rows = Parameter.objects.shared().filter(key__in=KEYS, certainty=Certainty.VERBATIM).select_related("citation__clause__document")
    found = {KEYS[row.key]: row for row in rows}
    if len(found) < len(KEYS):
        raise NotEligible(_("The policy text with the caps of loans is not loaded. Ask whoever runs this site to load it."))
    values = {name: row.value for name, row in found.items()} | {"graduate_window_years": int(found["graduate_window_years"].value)}
    firms = {"hire_ratio_small": "1", "hire_ratio_large": "1", "large_above": 0}  # not set by the text; firms are not taken
    return {"editions": [{"from": SINCE, **values, **firms}], "citations": {"editions": found["individual"].citation.as_json()["text"]}}


def reckon(guarantee: Any) -> dict[str, Any]:
    """The stored trace of the cap of this case on its expected day of contract."""
    facts = {"kind": "individual", "contract_on": str(guarantee.contract_on)}
    if guarantee.borrower == "graduate" and guarantee.graduated_on:
        facts["graduated_on"] = str(guarantee.graduated_on)
    terms = cap_terms()
    return trace(compute("loan_cap", terms=terms, facts=facts), terms=terms, facts=facts, name="loan_cap")


def why(guarantee: Any) -> list[Reason]:
    """The steps of the cap in the reader's language, without the first: the day from which it is read is ours, not the text's."""
    key = "zh" if (get_language() or "zh").startswith("zh") else "en"
    steps = guarantee.trace.get("result", {}).get("steps", [])
    return [Reason(step["label"][key], "" if step["expression"] == step["result"] else step["expression"], shown(step["result"]), "", "", step.get("citation", "")) for step in steps[1:]]


def shown(result: str) -> str:
    """An amount with separators; anything else as it stands."""
    return yuan(Decimal(result)) if result.replace(".", "").isdigit() and "." in result else result
