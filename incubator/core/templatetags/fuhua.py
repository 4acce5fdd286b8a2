"""Tags and filters of the house. Figures and dates are plain text filters; pieces are tags that print a component."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import rules
from django import forms, template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incubator.core import charts, phones
from incubator.core import money as amounts
from incubator.core.formkeys import FormTokens
from incubator.core.icons import ICONS
from incubator.core.pieces import TONES

register = template.Library()

NOTHING = "—"


@register.tag("csrf_token")
def form_tokens(parser: Any, token: Any) -> FormTokens:
    """In place of Django's own tag: its token and the one-use key of the form (docs/decisions/0061)."""
    return FormTokens()


# ---- figures and dates: plain text -------------------------------------------------------------------------------


@register.filter
def yuan(amount: Any) -> str:
    """17538.71 → "17,538.71": exact yuan, as in claims and bills. Nothing known → a dash."""
    if amount in (None, ""):
        return NOTHING
    return amounts.yuan(amount)


@register.filter
def wan(amount: Any) -> str:
    """482000 → "48.2": ten thousand yuan with one decimal, as on dashboards."""
    if amount in (None, ""):
        return NOTHING
    return amounts.wan(amount)


@register.filter
def percent(share: Any) -> str:
    """Decimal("0.914") → "91.4%"."""
    if share in (None, ""):
        return NOTHING
    return f"{(Decimal(share) * 100).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"


@register.filter
def day(value: Any) -> str:
    """A date as people write it: 5 March 2026, in Chinese year, month and day with their characters."""
    if not value:
        return NOTHING
    return date_format(_local(value), pgettext("date format", "j F Y"))


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A date with its time of day: 5 March 2026, 14:30."""
    if not value:
        return NOTHING
    return date_format(_local(value), pgettext("date format", "j F Y, H:i"))


@register.filter
def short_day(value: Any) -> str:
    """Day and month only, for lists of one year: 5 March."""
    if not value:
        return NOTHING
    return date_format(_local(value), pgettext("date format", "j F"))


@register.filter
def month(value: Any) -> str:
    """A month, as "2026-03", Month or any date in it → March 2026."""
    if not value:
        return NOTHING
    first = value if isinstance(value, dt.date) else parse_date(f"{value}-01")
    return date_format(first, pgettext("date format", "F Y")) if first else str(value)


@register.filter
def short_month(value: Any) -> str:
    """The month without its year, for charts: Mar."""
    if not value:
        return NOTHING
    first = value if isinstance(value, dt.date) else parse_date(f"{value}-01")
    return date_format(first, pgettext("date format", "M")) if first else str(value)


@register.filter
def quarter(value: Any) -> str:
    """2026-Q3 as people say it: 2026年第三季度, Q3 2026. Anything else stays as it is."""
    year, dash, number = str(value).partition("-Q")
    if not dash or number not in {"1", "2", "3", "4"}:
        return str(value)
    names = {"1": _("first quarter"), "2": _("second quarter"), "3": _("third quarter"), "4": _("fourth quarter")}
    return _("%(quarter)s of %(year)s") % {"quarter": names[number], "year": year}


@register.filter
def filesize(count: Any) -> str:
    """Bytes in words: 1.2 MB."""
    return filesizeformat(count).replace("\xa0", " ")


@register.filter
def masked_phone(number: Any) -> str:
    """+8613800000000 → "***0000": personal numbers are never shown in full."""
    return phones.masked_phone(str(number or ""))


@register.filter
def initial(name: Any) -> str:
    """The first character of a name, for the round mark in front of a person."""
    return str(name).strip()[:1].upper() or "?"


@register.filter
def may(actor: Any, permission: str) -> bool:
    """Whether this person may do it: an act that the page behind a link would refuse is not offered."""
    return bool(actor) and rules.has_perm(permission, actor)


@register.filter
def tone_of(record: Any) -> str:
    """The tone of a record's state, a known one: jade, amber, indigo, red or plain."""
    tone = getattr(record, "state_tone", "") or "plain"
    return tone if tone in TONES else "plain"


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


# ---- small marks -------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An inline line icon, hidden from screen readers: the words beside it speak."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" {extra}" if extra else "",
        mark_safe(ICONS[name]),  # the fixed set of core/icons.py, never input
    )


@register.simple_tag
def money(amount: Any) -> SafeString:
    """An exact amount with its currency sign, kept on one line."""
    if amount in (None, ""):
        return format_html('<span class="money">{}</span>', NOTHING)
    return format_html('<span class="money"><span class="currency">¥</span>{}</span>', yuan(amount))


@register.simple_tag
def date(value: Any) -> SafeString:
    """A <time> element with the day as people write it."""
    if not value:
        return format_html("{}", NOTHING)
    return format_html('<time datetime="{}">{}</time>', _local(value).isoformat()[:10], day(value))


@register.simple_tag
def datetime_of(value: dt.datetime | None) -> SafeString:
    """A <time> element with day and time of day."""
    if not value:
        return format_html("{}", NOTHING)
    stamp = f"{_local(value):%Y-%m-%dT%H:%M%:z}" if timezone.is_aware(value) else f"{value:%Y-%m-%dT%H:%M}"
    return format_html('<time datetime="{}">{}</time>', stamp, moment(value))


@register.simple_tag
def tag(text: Any, tone: str = "plain") -> SafeString:
    """A small coloured word."""
    return format_html('<span class="tag tag-{}">{}</span>', tone if tone in TONES else "plain", text)


@register.simple_tag
def state_tag(record: Any) -> SafeString:
    """The state of a record as a coloured word, from `get_state_display` and `state_tone`."""
    return tag(record.get_state_display(), tone_of(record))


# ---- forms -------------------------------------------------------------------------------------------------------


def _kind(widget: forms.Widget) -> str:
    """How a field is laid out. Radio buttons and check lists carry their own labels."""
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "file" if isinstance(widget, forms.FileInput) else "plain"


@register.inclusion_tag("components/_field.html")
def field(
    bound: BoundField, label: Any = "", help_text: Any = "", unit: Any = "", wide: bool = False
) -> dict[str, Any]:
    """One form field: label, required mark, help, input with what was typed, error sentence, all tied together."""
    widget = bound.field.widget
    if help_text:
        bound.help_text = help_text
    return {
        "field": bound,
        "label": label or bound.label,
        "kind": _kind(widget),
        "unit": unit or widget.attrs.get("data-unit", ""),
        "limit": widget.attrs.get("data-hint", ""),
        "wide": wide,
    }


@register.inclusion_tag("components/_fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """A whole form without its <form> element: what went wrong, hidden fields, visible fields in order."""
    return {"form": form}


@register.inclusion_tag("components/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What went wrong with the form as a whole, and a list of the fields to look at."""
    wrong = [bound for bound in form.visible_fields() if bound.errors]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"general": [*form.non_field_errors(), *hidden], "wrong": wrong, "differences": getattr(form, "differences", ())}


# ---- components --------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/_figures.html")
def figures(items: Any) -> dict[str, Any]:
    """A strip of key figures."""
    return {"items": items}


@register.inclusion_tag("components/_steps.html")
def steps(items: Any, extra: str = "") -> dict[str, Any]:
    """Where a thing stands on its way. `extra="steps-all"` keeps all words on a phone."""
    return {"items": items, "extra": extra}


@register.inclusion_tag("components/_timeline.html")
def timeline(events: Any) -> dict[str, Any]:
    """What happened, in the order given."""
    return {"events": events}


@register.inclusion_tag("components/_todo.html")
def todo(tasks: Any) -> dict[str, Any]:
    """Things to do, with kind, due date and a note."""
    return {"tasks": tasks}


@register.inclusion_tag("components/_checks.html")
def checks(items: Any) -> dict[str, Any]:
    """Conditions of a rule and whether they hold."""
    return {"items": items}


@register.inclusion_tag("components/_why.html")
def why_amount(reasons: Any, total: Any = None, words: Any = "") -> dict[str, Any]:
    """Why this amount: numbered steps with expression, result and the clause's own words."""
    return {"reasons": reasons, "total": total, "words": words}


@register.inclusion_tag("components/_amount.html")
def amount_box(amount: Any, words: Any = "", label: Any = "", note: Any = "") -> dict[str, Any]:
    """An amount in figures and in capitals."""
    return {"amount": amount, "words": words, "label": label or _("Amount"), "note": note}


@register.inclusion_tag("components/_empty.html")
def empty_state(text: Any, url: str = "", label: Any = "", icon: str = "inbox") -> dict[str, Any]:
    """A list with nothing in it: why, and what to do next."""
    return {"text": text, "url": url, "label": label, "icon": icon}


@register.inclusion_tag("components/_document.html")
def document(url: str, name: Any, content_type: str = "", note: Any = "") -> dict[str, Any]:
    """A stored file, shown in the page when the browser can (PDF, picture), with a link to open it alone."""
    kind = "image" if content_type.startswith("image/") else "pdf" if content_type == "application/pdf" else "other"
    return {"url": url, "name": name, "kind": kind, "note": note}


@register.inclusion_tag("components/_chart.html")
def chart(drawn: charts.Chart) -> dict[str, Any]:
    """A server-side chart, both layouts, and the table of its figures."""
    return {"chart": drawn}


@register.inclusion_tag("components/_meter.html")
def meter(used: Any, limit: Any, label: Any = "", text: Any = "") -> dict[str, Any]:
    """How much of a limit is used. `text` is what stands at the right end; by default the share."""
    drawn = charts.meter(Decimal(used), Decimal(limit))
    return {"meter": drawn, "label": label, "text": text or f"{drawn.percent}%"}


@register.inclusion_tag("components/_pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list, keeping search and filters."""
    paginator = page.paginator
    numbers = list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    links = [
        (number, _address(context, page=number) if isinstance(number, int) else "", number == page.number)
        for number in numbers
    ]
    return {
        "page": page,
        "links": links,
        "previous": _address(context, page=page.number - 1) if page.has_previous() else "",
        "next": _address(context, page=page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("components/_toolbar.html", takes_context=True)
def toolbar(
    context: template.Context,
    search: Any = "",
    filters: Any = (),
    export: str = "",
    target: str = "#rows",
    name: str = "q",
) -> dict[str, Any]:
    """Tools above a list: search in place, filters as chips, export.

    `search` is the label of the search field, `export` the address of the Excel file (search and filters are added),
    `target` the element that holds the rows and is replaced while typing."""
    request = context["request"]
    groups = [_chips(context, one) for one in filters]
    kept = [(key, value) for key, value in request.GET.items() if key not in {name, "page"}]
    return {
        "path": request.path,
        "search": search,
        "name": name,
        "query": request.GET.get(name, ""),
        "groups": groups,
        "kept": kept,
        "export": f"{export}{_address(context)}" if export else "",
        "target": target,
    }


def _chips(context: template.Context, one: Any) -> dict[str, Any]:
    chosen = context["request"].GET.get(one.name, "")
    chips = [{"label": _("All"), "url": _address(context, **{one.name: None}), "current": not chosen, "count": None}]
    for value, label, *count in one.choices:
        chips.append(
            {
                "label": label,
                "url": _address(context, **{one.name: value}),
                "current": str(value) == chosen,
                "count": count[0] if count else None,
            }
        )
    return {"label": one.label, "chips": chips}


@register.simple_tag(takes_context=True)
def querystring_with(context: template.Context, **changes: Any) -> str:
    """The address of this page with some parameters changed; None takes one away. The page number is dropped."""
    return _address(context, **changes)


def _address(context: template.Context, **changes: Any) -> str:
    query = context["request"].GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


# ---- blocks: a component around content --------------------------------------------------------------------------


@register.simple_block_tag
def panel(
    content: SafeString, title: Any = "", sub: Any = "", more: str = "", more_label: Any = "", extra: str = ""
) -> SafeString:
    """A sheet of paper with a heading: {% panel title=… %} … {% endpanel %}."""
    head = _panel_head(title, sub, more, more_label)
    return format_html('<section class="panel{}">{}{}</section>', f" {extra}" if extra else "", head, content)


def _panel_head(title: Any, sub: Any, more: str, more_label: Any) -> SafeString:
    if not title:
        return SafeString()
    parts = [format_html("<h2>{}</h2>", title)]
    if sub:
        parts.append(format_html("<p>{}</p>", sub))
    if more:
        parts.append(format_html('<a class="more" href="{}">{}</a>', more, more_label or _("All")))
    return format_html('<div class="panel-head">{}</div>', format_html_join("", "{}", ((part,) for part in parts)))


@register.simple_block_tag
def notice(content: SafeString, tone: str = "plain", title: Any = "") -> SafeString:
    """A paragraph that must be seen: {% notice tone="amber" %} … {% endnotice %}."""
    marks = {"jade": "check-circle", "amber": "clock", "red": "alert", "indigo": "info"}
    head = format_html("<b>{}</b>", title) if title else SafeString()
    return format_html(
        '<div class="notice notice-{}">{}<div>{}{}</div></div>',
        tone if tone in TONES else "plain",
        icon(marks.get(tone, "info")),
        head,
        content,
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: template.Context,
    content: SafeString,
    title: Any = "",
    effects: Any = (),
    submit: Any = "",
    cancel: str = "",
    danger: bool = False,
    action: str = "",
) -> str:
    """What will happen, before it happens: {% confirm title=… effects=… submit=… cancel=url %} fields {% endconfirm %}.

    Prints the form with its token; the content may hold fields (a reason, a date)."""
    return render_to_string(
        "components/_confirm.html",
        {
            "title": title,
            "effects": effects,
            "submit": submit or _("Confirm"),
            "cancel": cancel,
            "danger": danger,
            "action": action,
            "content": content,
        },
        request=context["request"],
    )


@register.simple_block_tag
def wizard(content: SafeString, steps: Any = ()) -> str:
    """A way in steps: the steps at the left, this step's page at the right."""
    return render_to_string("components/_wizard.html", {"items": steps, "content": content})
