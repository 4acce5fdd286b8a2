"""How a refusal reaches the person: from a constraint of the database to a sentence, from a sentence to its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.db import IntegrityError, transaction

from incubator.core.errors import BusinessError, Conflict


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused, or nothing."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def clash(constraint: str, message: object, *, field: str | None = None) -> Iterator[None]:
    """Turn the refusal of this constraint into a Conflict; every other IntegrityError stays a defect.

    Opens a savepoint of its own, so that the caller's transaction goes on. `message` may be a function: it is asked
    after the refusal, when the row that stood in the way can be read."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) != constraint:
            raise
        raise Conflict(message() if callable(message) else message, field=field, code=constraint) from error


def attempt[Result](form: forms.BaseForm, act: Callable[..., Result], *args: Any, **kwargs: Any) -> Result | None:
    """Do an act for a valid form. A refusal becomes an error at the field it names (an upload's at `file`), all that
    was typed stays, nothing is written; then the answer is None."""

    def undone_if_refused() -> Result:
        with transaction.atomic():
            return act(*args, **kwargs)

    return told(form, undone_if_refused)


def told[Result](form: forms.BaseForm, act: Callable[[], Result]) -> Result | None:
    """As `attempt`, but what the act wrote before it refused stays: the note of a try that must not be forgotten."""
    try:
        return act()
    except BusinessError as error:
        form.add_error(field_of(form, error), error.message)
        form.refusal = error  # type: ignore[attr-defined]
        return None


def refusal_of(form: forms.BaseForm) -> BusinessError | None:
    """The refusal that `attempt` put into this form, if any."""
    return getattr(form, "refusal", None)


def status_of(form: forms.BaseForm) -> int:
    """The HTTP status of a page that shows this form: that of the refusal, else 200."""
    refusal = refusal_of(form)
    return refusal.status if refusal else 200


def field_of(form: forms.BaseForm, error: BusinessError) -> str | None:
    """The field of the form that a refusal belongs to; None: the form as a whole."""
    name = error.field or ("file" if type(error).__name__ == "BadUpload" else None)
    return name if name in form.fields else None
