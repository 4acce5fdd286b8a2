"""The style guide page: every piece of the house on one page, in both languages and both themes.

Names and figures on it are samples of nobody; the page exists only in development and in the demo (elsewhere 404).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incubator.core import charts, icons
from incubator.core.forms import DateInput, FileInput, MonthInput, YuanInput
from incubator.core.navigation import Item
from incubator.core.pieces import Check, Event, Figure, Filter, Reason, Step, Task, way
from incubator.core.templatetags.fuhua import short_month
from incubator.core.views import public

SHELLS = ("office", "portal", "public", "entrance")
DAY = dt.date(2026, 3, 5)


class SampleForm(forms.Form):
    """One field of each kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name of the company"), help_text=_("As it stands on the business licence.")
        )
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind of space"), choices=[("", _("Choose …")), ("office", _("Office")), ("desk", _("One desk"))]
        )
        self.fields["rent"] = forms.DecimalField(
            label=_("Monthly rent"), widget=YuanInput, max_digits=14, decimal_places=2
        )
        self.fields["month"] = forms.CharField(label=_("First month"), widget=MonthInput)
        self.fields["start"] = forms.DateField(label=_("Lease starts on"), widget=DateInput, required=False)
        self.fields["way"] = forms.ChoiceField(
            label=_("Who receives the money"),
            choices=[("startup", _("The startup")), ("space", _("The maker space"))],
            widget=forms.RadioSelect,
        )
        self.fields["invoice"] = forms.FileField(label=_("Invoice"), widget=FileInput(), required=False)
        self.fields["note"] = forms.CharField(
            label=_("Remark"), widget=forms.Textarea(attrs={"rows": 3}), required=False
        )
        self.fields["pledge"] = forms.BooleanField(label=_("The figures are true and were not claimed elsewhere."))


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every piece. `?shell=office|portal|public|entrance` shows them inside another frame."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    shell = request.GET.get("shell", "office")
    if shell not in SHELLS:
        shell = "office"
    return render(
        request,
        "core/styleguide.html",
        {"shell": f"{shell}.html", "shells": SHELLS, "nav": places(request), **samples()},
    )


def places(request: HttpRequest) -> list[Item]:
    """A sample of the office's places."""
    return [
        Item(_("Today"), "#today", "home"),
        Item(_("Startups"), "#startups", "users"),
        Item(_("Bookings"), "#bookings", "calendar"),
        Item(_("Subsidies"), request.path, "receipt", current=True, count=14),
        Item(_("Guarantees"), "#guarantees", "shield"),
        Item(_("Mentors"), "#mentors", "chat"),
        Item(_("Public site"), "#site", "globe"),
    ]


def samples() -> dict[str, Any]:
    """One sample for each piece."""
    wrong = SampleForm(
        {"name": "启明光电", "kind": "", "rent": "9,000.005", "month": "2026-03", "note": _("Typed words stay.")}
    )
    wrong.is_valid()
    return {
        "figures": _figures(),
        "chart": _chart(),
        "tasks": _tasks(),
        "steps": way(_way(), "assess"),
        "stopped": way(_way(), "check", stopped=True),
        "wizard_steps": [
            Step(_("What for"), "done"),
            Step(_("Months and evidence"), "current"),
            Step(_("Why this amount")),
        ],
        "events": _events(),
        "checks": _checks(),
        "reasons": _reasons(),
        "total": Decimal("17538.71"),
        "words": "人民币壹万柒仟伍佰叁拾捌元柒角壹分",
        "part": Decimal("2467.74"),
        "sum": Decimal("20006.45"),
        "day": DAY,
        "filters": [
            Filter(
                "state", _("State"), [("open", _("Waiting"), 14), ("done", _("Granted"), 42), ("no", _("Refused"), 3)]
            )
        ],
        "pages": Paginator(range(240), 25).page(4),
        "form": SampleForm(),
        "wrong_form": wrong,
        "effects": [
            _("The claim is sealed: its figures can no longer be changed."),
            _("A number is drawn and the PDF is made."),
            _("17,538.71 yuan are reserved in the budget."),
        ],
        "icons": sorted(icons.ICONS),
    }


def _figures() -> list[Figure]:
    return [
        Figure(_("Incubated startups"), "86", note=_("7 new this quarter"), tone="jade"),
        Figure(_("Desks let"), "91.4", "%", _("384 of 420 desks")),
        Figure(_("Subsidies to decide"), "48.2", _("10k yuan"), _("14 applications wait"), "amber", "#subsidies"),
        Figure(_("Guarantees in force"), "2,360", _("10k yuan"), _("two loans are overdue")),
    ]


def _chart() -> charts.Chart:
    tenths = lambda *values: tuple(Decimal(value) / 10 for value in values)  # noqa: E731 - three rows of one table
    return charts.stacked_columns(
        _("Subsidies paid"),
        _("last six months, 10k yuan"),
        [short_month(f"2025-{number:02}") for number in range(4, 10)],
        [
            charts.Series(_("Rent"), tenths(124, 141, 132, 168, 183, 216)),
            charts.Series(_("Broadband"), tenths(31, 34, 39, 42, 44, 50)),
            charts.Series(_("Public software"), tenths(22, 48, 31, 56, 69, 83)),
        ],
        summary=_("Subsidies paid rose from 17.7 to 34.9 in six months; rent is the largest part."),
        category_label=_("Month"),
    )


def _tasks() -> list[Task]:
    return [
        Task(
            _("Subsidy"),
            _("Check the evidence of 喆堃智能装备"),
            "#task",
            _("today"),
            _("3 invoices, 47,145.26 yuan applied for"),
        ),
        Task(
            _("Guarantee"), _("Loan of 云岫科技 is 21 days overdue"), "#task", _("3 days late"), tone="red", late=True
        ),
        Task(_("Admission"), _("Panel for 启明光电"), "#task", _("Wednesday"), _("one judge is missing"), "jade"),
        Task(_("Mentor"), _("Sessions of 张琳 in September"), "#task", _("Friday"), tone="indigo"),
    ]


def _way() -> list[tuple[str, str]]:
    return [
        ("apply", _("Applied")),
        ("check", _("Evidence checked")),
        ("assess", _("Endorsed")),
        ("claim", _("In the claim")),
        ("paid", _("Paid")),
    ]


def _events() -> list[Event]:
    clock = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
    return [
        Event(clock, _("Application endorsed"), _("17,538.71 yuan"), "王敏", "check", "jade", "#event"),
        Event(
            clock - dt.timedelta(days=1),
            _("One line cut"),
            _("Invoice belongs to another month."),
            "李娜",
            "edit",
            "amber",
        ),
        Event(DAY - dt.timedelta(days=6), _("Application received"), "", "赵启明", "inbox", "indigo"),
    ]


def _checks() -> list[Check]:
    return [
        Check(
            _("The lease covers the month."), True, _("15 January 2026 to 14 January 2027"), _("clause 9"), "#clause"
        ),
        Check(_("The invoice is paid."), None, _("No bank slip attached yet.")),
        Check(
            _("The area is within the lease."),
            False,
            _("126 m² applied for, 120 m² leased."),
            _("local measure, 5"),
            "#clause",
        ),
    ]


def _reasons() -> list[Reason]:
    return [
        Reason(
            _("Days of the month that the lease covers"),
            "17 ÷ 31",
            "0.548387",
            quote="对众创空间的房租、宽带网络、公共软件等给予适当补贴",
            clause="(九)",
            url="#clause",
        ),
        Reason(_("Rent of the month"), "120 m² × 75.00 × 17 ÷ 31", "4,935.48", _("yuan")),
        Reason(
            _("Share that the measure pays"),
            "4,935.48 × 50%",
            "2,467.74",
            _("yuan"),
            clause=_("local measure, 5"),
            url="#clause",
        ),
    ]
