"""Refusals that people read. Each says what is wrong, with the figure, and what to do."""

from __future__ import annotations


class BusinessError(Exception):
    """A rule of the house said no. `field` names the form field that it belongs to, if any."""

    status = 409

    def __init__(self, message: object, *, field: str | None = None, code: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.code = code

    @property
    def message(self) -> str:
        return str(self.args[0])


class IllegalMove(BusinessError):
    """The record is not in a state from which this act exists."""


class Conflict(BusinessError):
    """Somebody else was first: the month, the number or the seat is taken, or the row has changed."""


class OverCap(BusinessError):
    """An amount is above the cap of the rule that it claims from."""


class NotEligible(BusinessError):
    """A condition of the rule is not met."""


class OutOfBudget(BusinessError):
    """The budget line cannot carry this amount."""


class NotAllowed(BusinessError):
    """This person may not do this act: the role lacks the right, or four eyes are needed."""

    status = 403


class CrossOrganisation(RuntimeError):
    """Code tried to step from one organisation's context into another's. Always a defect of ours."""
