"""The one way from an edition to its figures. Every value that is read is noted with the words that set it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from incubator.core.errors import NotEligible
from incubator.policy.keys import FORMULA_KEYS, Key, label_of

if TYPE_CHECKING:
    from incubator.policy.models import Parameter, ProgrammeEdition


class Reading:
    """Figures of one edition on one day for one case.

    `at` is the reference day of the keys (see `keys.py`), `scope` what restricts a figure (category, region, staff
    band). `log` holds the rows that were read, by key."""

    def __init__(self, edition: ProgrammeEdition, at: date, scope: dict[str, str]) -> None:
        self.edition = edition
        self.at = at
        self.scope = scope
        self.log: dict[str, Parameter] = {}
        self._rows: list[Parameter] | None = None

    def optional(self, key: str) -> str | None:
        """The value, or None where the rule does not limit it. Raises NotEligible where a row says "not set"."""
        row = self._find(key)
        if row is None:
            return None
        if not row.is_set or row.value is None:
            raise NotEligible(self._not_set(key), code="PLACEHOLDER")
        self.log[key] = row
        return row.value

    def value(self, key: str) -> str:
        """The value. Raises NotEligible where nobody has set it."""
        found = self.optional(key)
        if found is None:
            raise NotEligible(self._not_set(key), code="PLACEHOLDER")
        return found

    def terms(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """The terms of the edition's formula as it reads them, and the citation of each by key."""
        keys = FORMULA_KEYS.get(self.edition.formula_name, ())
        terms: dict[str, Any] = {}
        for key in keys:
            found = self.optional(key.name)
            if found is not None:
                terms[key.name] = found.split(",") if key.many else found
        self._refuse_gaps(keys, terms)
        cited = {name: row.citation.as_json() | {"parameter": row.pk} for name, row in self.log.items() if row.citation}
        terms["citations"] = {name: cited[name]["text"] for name in terms if name in cited}
        return terms, {name: cited[name] for name in terms["citations"]}

    def _refuse_gaps(self, keys: tuple[Key, ...], terms: dict[str, Any]) -> None:
        groups = {key.group for key in keys if key.group and key.name in terms}
        for key in keys:
            if key.required and key.name not in terms and key.group not in groups:
                raise NotEligible(self._not_set(key.name), code="PLACEHOLDER")

    def _find(self, key: str) -> Parameter | None:
        """The row that holds on the day and fits the case; the more a row is restricted, the more it counts."""
        if self._rows is None:
            self._rows = list(self.edition.parameters.with_source())
        fitting = [row for row in self._rows if row.key == key and row.holds_on(self.at) and row.fits(self.scope)]
        return max(fitting, key=lambda row: len(row.scope), default=None)

    def _not_set(self, key: str) -> str:
        return _(
            "“%(figure)s” is not set for %(edition)s on %(day)s: the right is given, the amount is not. It opens when "
            "a local measure that sets it is attached."
        ) % {"figure": label_of(key), "edition": self.edition, "day": self.at.isoformat()}
