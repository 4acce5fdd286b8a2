"""What the formulas of subsidies share: entries of a list, tests one after another, the codes of lines that get
nothing, and the cut to a cap."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Self

from incubator.core.formulas import NOTHING, Steps
from incubator.core.given import Given, Terms

DUP_MONTH = "DUP_MONTH"
DUP_INVOICE = "DUP_INVOICE"
DUP_ITEM = "DUP_ITEM"
PERIOD_MISMATCH = "PERIOD_MISMATCH"
TERM_EXHAUSTED = "TERM_EXHAUSTED"
CAP_REACHED = "CAP_REACHED"

_WHY = {
    DUP_MONTH: ("该月已补贴", "granted before", "months_already"),
    PERIOD_MISMATCH: ("期间不含该月", "outside the span", "lease / contract / engagement"),
    TERM_EXHAUSTED: ("补贴期限已满", "term used up", "max_months / shares_by_year / stages"),
    DUP_INVOICE: ("发票已使用", "invoice used before", "invoices_already"),
    DUP_ITEM: ("已补贴", "granted before", "already"),
}



class Entry(Given):
    """One entry of a list among the facts. The list says the place, the entry its keys."""

    kind = ""

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read one entry, or take it as it is."""
        return value if isinstance(value, cls) else cls.from_dict(value)


type Cap = tuple[str, str, str, Decimal | None, Decimal]  # key, zh, en, the cap, what is used of it


def cut(amount: Decimal, of: str, caps: tuple[Cap, ...], terms: Terms, steps: Steps) -> tuple[Decimal, str | None]:
    """Cut an amount to what each cap leaves; say CAP_REACHED when nothing stays of something."""
    full = amount
    for key, zh, en, cap, used in caps:
        if cap is not None and amount > max(NOTHING, cap - used):
            left = max(NOTHING, cap - used)
            shown = f"min({amount}, max(0, {cap} − {used}))" if used else f"min({amount}, {cap})"
            steps.add(f"{of} {zh}", f"{of} {en}", shown, left, terms.cited(key))
            amount = left
    return amount, CAP_REACHED if full > 0 == amount else None


type Test = tuple[str, str, str, str, bool, str]  # code, zh, en, what is compared, whether it holds, the term


def first_failing(of: str, tests: Iterable[Test], terms: Terms, steps: Steps) -> str | None:
    """Write a step for each test up to the first that fails; return its code."""
    for code, zh, en, shown, holds, cited in tests:
        steps.add(f"{of} {zh}", f"{of} {en}", shown, "符合" if holds else f"不符合 {code}", terms.cited(cited))
        if not holds:
            return code
    return None


def refuse(steps: Steps, of: str, reason: str | None, cited: str | None) -> None:
    """Write the step of a line that gets nothing."""
    zh, en, where = _WHY[str(reason)]
    cited = cited if reason == TERM_EXHAUSTED else None
    steps.add(f"{of} {zh}", f"{of} {en}", f"{of}: {where} → {reason}", NOTHING, cited)
