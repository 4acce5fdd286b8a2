"""Farm instructors (农民技术指导员补贴, clause 十四): an amount per instructor and month, claimed by the organisation."""

from __future__ import annotations

from incubator.subsidies.kinds.persons import PersonForm, PersonKind


class InstructorStipend(PersonKind):
    """An amount per instructor and month."""

    name = "stipend"
    formula = "instructor_stipend"
    item = "农民技术指导员"
    role = "instructor"
    form = PersonForm
