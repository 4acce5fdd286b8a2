"""Tags and filters: figures, dates, fields, list tools, frames."""

import datetime as dt
import re
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from incubator.core import navigation
from incubator.core.forms import DateInput, FileInput, MonthInput, NumberTextInput, YuanInput
from incubator.core.navigation import Item
from incubator.core.periods import Month
from incubator.core.pieces import Check, Event, Filter, Reason, Step, Task, way

DAY = dt.date(2026, 3, 5)
HALF_PAST_TWO = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def draw(source, request=None, **context):
    return Template("{% load fuhua i18n %}" + source).render(Context({"request": request, **context}))


def ask(path="/list/", **query):
    request = RequestFactory().get(path, query)
    request.user, request.htmx = AnonymousUser(), False
    return request


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ x|yuan }}", D("17538.705"), "17,538.71"),
        ("{{ x|yuan }}", D("0"), "0.00"),
        ("{{ x|yuan }}", None, "—"),
        ("{{ x|yuan }}", "", "—"),
        ("{{ x|wan }}", D("482000"), "48.2"),
        ("{{ x|wan }}", D("23600000"), "2,360.0"),
        ("{{ x|wan }}", None, "—"),
        ("{{ x|percent }}", D("0.914"), "91.4%"),
        ("{{ x|percent }}", None, "—"),
        ("{{ x|day }}", DAY, "5 March 2026"),
        ("{{ x|day }}", None, "—"),
        ("{{ x|short_day }}", DAY, "5 March"),
        ("{{ x|short_day }}", None, "—"),
        ("{{ x|moment }}", HALF_PAST_TWO, "5 March 2026, 14:30"),
        ("{{ x|moment }}", None, "—"),
        ("{{ x|month }}", "2026-03", "March 2026"),
        ("{{ x|month }}", Month(2026, 3), "March 2026"),
        ("{{ x|month }}", DAY, "March 2026"),
        ("{{ x|month }}", "spring", "spring"),
        ("{{ x|month }}", None, "—"),
        ("{{ x|short_month }}", "2026-03", "Mar"),
        ("{{ x|short_month }}", DAY, "Mar"),
        ("{{ x|short_month }}", "spring", "spring"),
        ("{{ x|short_month }}", None, "—"),
        ("{{ x|filesize }}", 1258291, "1.2 MB"),
        ("{{ x|initial }}", "王敏", "王"),
        ("{{ x|initial }}", " ", "?"),
        ("{{ x|tone_of }}", SimpleNamespace(state_tone="amber"), "amber"),
        ("{{ x|tone_of }}", SimpleNamespace(state_tone="pink"), "plain"),
        ("{{ x|tone_of }}", SimpleNamespace(), "plain"),
        ("{% money x %}", D("1.5"), '<span class="money"><span class="currency">¥</span>1.50</span>'),
        ("{% money x %}", None, '<span class="money">—</span>'),
        ("{% date x %}", DAY, '<time datetime="2026-03-05">5 March 2026</time>'),
        ("{% date x %}", None, "—"),
        ("{% datetime_of x %}", HALF_PAST_TWO, '<time datetime="2026-03-05T14:30+08:00">5 March 2026, 14:30</time>'),
        ("{% datetime_of x %}", None, "—"),
        ("{% tag x %}", "<b>", '<span class="tag tag-plain">&lt;b&gt;</span>'),
        ("{% tag x 'amber' %}", "due", '<span class="tag tag-amber">due</span>'),
        ("{% tag x 'pink' %}", "due", '<span class="tag tag-plain">due</span>'),
    ],
)
def test_figures_dates_and_marks(source, value, text):
    assert draw(source, x=value) == text


def test_a_float_is_no_amount():
    with pytest.raises(TypeError):
        draw("{{ x|yuan }}", x=1.1)


def test_state_tag_takes_word_and_tone_from_the_record():
    record = SimpleNamespace(get_state_display=lambda: "Granted", state_tone="jade")
    assert draw("{% state_tag x %}", x=record) == '<span class="tag tag-jade">Granted</span>'


def test_an_unknown_icon_is_an_error():
    assert 'class="icon big"' in draw("{% icon 'home' 'big' %}")
    with pytest.raises(KeyError):
        draw("{% icon 'unicorn' %}")


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the licence.")
    rent = forms.DecimalField(widget=YuanInput)
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    pledge = forms.BooleanField()
    paper = forms.FileField(widget=FileInput(("pdf", "jpg"), 5), required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def test_field_ties_label_help_input_and_error_and_keeps_what_was_typed():
    form = Sample({"name": "", "rent": "9 000<"})
    assert not form.is_valid()
    html = draw("{% field form.name %}{% field form.rent %}", form=form)
    assert '<label for="id_name">Name<span class="required" aria-hidden="true">*</span></label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'value="9 000&lt;"' in html
    assert '<span class="unit">yuan</span>' in html


def test_field_lays_out_radio_buttons_check_boxes_and_files():
    html = draw("{% field f.way %}{% field f.pledge %}{% field f.paper %}", f=Sample())
    assert html.count("<fieldset") == 1
    assert '<label for="id_way_1">' in html
    assert '<div class="check">' in html
    assert 'accept=".pdf,.jpg,.jpeg"' in html
    assert 'data-max-bytes="5242880"' in html
    assert "PDF, JPG, up to 5 MB" in html
    assert 'id="id_paper_refusal"' in html


def test_field_takes_other_words():
    html = draw("{% field f.name label='Company' help_text='In full.' unit='Ltd' wide=True %}", f=Sample())
    assert "Company" in html
    assert "In full." in html
    assert '<span class="unit">Ltd</span>' in html
    assert "field-wide" in html


def test_fields_lists_the_mistakes_first_and_hides_the_hidden():
    form = Sample({"name": "x"})
    form.add_error(None, "The month is taken.")
    html = draw("{% fields form %}", form=form)
    assert html.index("The month is taken.") < html.index('id="id_name"')
    assert "3 fields need another look. What you typed is kept." in html
    assert '<a href="#id_rent">' in html
    assert '<input type="hidden" name="token"' in html
    assert "This field is required." in html  # of the hidden field, shown with the form


def test_fields_of_a_fresh_form_show_no_mistakes():
    assert "notice" not in draw("{% fields form %}", form=Sample())


def test_date_widgets_speak_iso_in_every_language():
    with override("zh-hans"):
        assert 'value="2026-03-05"' in DateInput().render("d", DAY)
        assert 'value="2026-03"' in MonthInput().render("m", DAY)


def test_a_figure_with_a_unit_is_text_with_the_figures_keyboard():
    html = NumberTextInput("m²").render("area", "12o")
    assert 'type="text"' in html
    assert 'value="12o"' in html
    assert 'data-unit="m²"' in html


FILTERS = [Filter("state", "State", [("open", "Waiting", 14), ("done", "Granted")])]


def test_toolbar_keeps_search_and_filters_apart():
    request = ask(q="光<", state="open", page="3")
    html = draw("{% toolbar search='Search companies' filters=filters export='/list.xlsx' %}", request, filters=FILTERS)
    assert 'value="光&lt;"' in html
    assert '<input type="hidden" name="state" value="open">' in html
    assert 'name="page"' not in html
    assert '<a class="chip" href="?q=%E5%85%89%3C&amp;state=open" aria-current="true">Waiting<span class="count">14</span></a>' in html
    assert '<a class="chip" href="?q=%E5%85%89%3C">All</a>' in html
    assert 'href="/list.xlsx?q=%E5%85%89%3C&amp;state=open"' in html
    assert 'hx-get="/list/"' in html


def test_toolbar_without_search_has_only_chips():
    html = draw("{% toolbar filters=filters %}", ask(), filters=FILTERS)
    assert "<form" not in html
    assert '<a class="chip" href="?" aria-current="true">All</a>' in html


def test_querystring_with_changes_and_drops():
    request = ask(q="a", page="2", sort="name")
    assert draw("{% querystring_with sort='due' %}", request) == "?q=a&amp;sort=due"
    assert draw("{% querystring_with sort=None q='' %}", request) == "?"


def test_pagination_in_the_middle_and_on_a_single_page():
    html = draw("{% pagination page %}", ask(q="a"), page=Paginator(range(240), 25).page(4))
    assert "76–100 of 240" in html
    assert 'href="?q=a&amp;page=3" rel="prev"' in html
    assert 'href="?q=a&amp;page=5" rel="next"' in html
    assert '<span aria-current="page">4</span>' in html
    assert draw("{% pagination page %}", ask(), page=Paginator(range(3), 25).page(1)).strip() == ""


def test_pagination_ends():
    first = draw("{% pagination page %}", ask(), page=Paginator(range(50), 25).page(1))
    last = draw("{% pagination page %}", ask(), page=Paginator(range(50), 25).page(2))
    assert ("rel=\"prev\"" in first, "rel=\"next\"" in first) == (False, True)
    assert ("rel=\"prev\"" in last, "rel=\"next\"" in last) == (True, False)


def test_way_marks_what_is_done():
    pairs = [("a", "A"), ("b", "B"), ("c", "C")]
    assert [step.state for step in way(pairs, "b")] == ["done", "current", "todo"]
    assert [step.state for step in way(pairs, "b", stopped=True)] == ["done", "stopped", "todo"]
    assert [step.state for step in way(pairs, "over")] == ["done", "done", "done"]


def test_steps_say_where_it_stands():
    html = draw("{% steps items %}", items=[Step("Applied", "done"), Step("Check", "current", "2 days")])
    assert '<li class="is-current" aria-current="step">' in html
    assert "2 days" in html


def test_timeline_knows_days_and_times():
    html = draw("{% timeline events %}", events=[Event(HALF_PAST_TWO, "Sealed", "4 lines", "王敏"), Event(DAY, "Asked", url="/a/")])
    assert "5 March 2026, 14:30" in html
    assert '<time datetime="2026-03-05">5 March 2026</time>' in html
    assert "4 lines · 王敏" in html
    assert '<a href="/a/">Asked</a>' in html


def test_todo_marks_what_is_late():
    html = draw("{% todo tasks %}", tasks=[Task("Subsidy", "Check", "/t/", "3 days late", "2 invoices", late=True)])
    assert '<span class="due due-late">3 days late</span>' in html


def test_checks_say_met_not_met_and_open():
    html = draw("{% checks items %}", items=[Check("One", True), Check("Two", False, clause="9", url="/9/"), Check("Three")])
    assert [word in html for word in ("Met:", "Not met:", "Not checked yet:")] == [True, True, True]
    assert [word in html for word in ("is-yes", "is-no", "is-open")] == [True, True, True]


def test_why_amount_quotes_and_sums():
    reasons = [Reason("Rent", "120 × 75", D("9000.00"), "yuan", quote="适当补贴", clause="(九)", url="/p/#9")]
    html = draw("{% why_amount reasons total 'in words' %}", reasons=reasons, total=D("9000"))
    assert "<q>适当补贴</q>" in html
    assert '<a href="/p/#9">(九)</a>' in html
    assert "9,000.00" in html
    assert "in words" in html
    assert "<tfoot>" not in draw("{% why_amount reasons %}", reasons=reasons)


def test_amount_box_and_empty_state():
    assert "12.00" in draw("{% amount_box x 'words' %}", x=D(12))
    html = draw("{% empty_state 'No application waits.' '/new/' 'Invite' %}")
    assert '<a class="button" href="/new/">Invite</a>' in html
    assert "<a" not in draw("{% empty_state 'Nothing.' %}")


@pytest.mark.parametrize(
    ("kind", "mark"), [("application/pdf", "<iframe"), ("image/png", "<img"), ("application/ofd", "document-none")]
)
def test_document_is_shown_as_the_browser_can(kind, mark):
    assert mark in draw("{% document '/f/' 'a.b' kind %}", kind=kind)


def test_panel_and_notice_wrap_their_content():
    html = draw("{% panel title='T' sub='S' more='/m/' %}<p>in</p>{% endpanel %}")
    assert '<section class="panel"><div class="panel-head"><h2>T</h2><p>S</p><a class="more" href="/m/">All</a></div><p>in</p></section>' == html
    assert draw("{% panel %}x{% endpanel %}") == '<section class="panel">x</section>'
    assert "<b>Taken</b>" in draw("{% notice tone='red' title='Taken' %}<p>x</p>{% endnotice %}")
    assert "notice-plain" in draw("{% notice tone='pink' %}x{% endnotice %}")


def test_content_of_a_panel_stays_escaped():
    assert draw("{% panel title=t %}{{ x }}{% endpanel %}", t="<i>", x="<script>") == (
        '<section class="panel"><div class="panel-head"><h2>&lt;i&gt;</h2></div>&lt;script&gt;</section>'
    )


def test_confirm_says_what_will_happen_and_carries_the_token():
    html = draw("{% confirm title='Seal?' effects=e submit='Seal' cancel='/b/' danger=True %}<i></i>{% endconfirm %}", ask(), e=["It is sealed."])
    assert "csrfmiddlewaretoken" in html
    assert "It is sealed." in html
    assert 'class="button button-primary button-danger"' in html
    assert '<a class="button" href="/b/">' in html
    assert "Confirm" in draw("{% confirm %}{% endconfirm %}", ask())


def test_wizard_shows_steps_beside_the_page():
    html = draw("{% wizard steps=s %}<p>page</p>{% endwizard %}", s=[Step("One", "current")])
    assert "<p>page</p>" in html
    assert "is-current" in html


# ---- frames ------------------------------------------------------------------------------------------------------

ORGANISATION = SimpleNamespace(name="长春净月创客空间", short_name="净月", slug="jingyue", tagline="省级众创空间")


@pytest.fixture
def places(monkeypatch):
    monkeypatch.setattr(navigation, "_builders", {})
    navigation.register(
        "office", lambda request: [Item(f"Place {i}", f"/office/a/{i}/", "file", count=i) for i in range(6)]
    )


def frame(path, template="office.html", **extra):
    request = ask(path)
    request.organisation = ORGANISATION
    request.COOKIES.update(extra.pop("cookies", {}))
    for key, value in extra.items():
        setattr(request, key, value)
    return render_to_string(template, {}, request)


def test_office_marks_the_place_and_puts_four_under_the_thumb(places):
    html = frame("/office/a/4/applications/")
    assert html.count('aria-current="page"') == 2  # rail and "more"
    assert 'class="tabs"' in html
    assert html.count('href="/office/a/0/"') == 2
    assert '<span class="count">4<span' in html


def test_office_of_an_address_outside_every_place_marks_none(places):
    assert 'aria-current="page"' not in frame("/office/b/")


def test_a_builder_may_mark_its_place_itself(places):
    navigation.register("office", lambda request: [Item("A", "/office/a/"), Item("B", "/office/b/", current=True)])
    assert [place.current for place in navigation.items(ask("/office/a/"))] == [False, True]


@pytest.mark.parametrize(
    ("path", "face"), [("/office/a/", "office"), ("/portal/a/", "portal"), ("/platform/", "platform"), ("/", "public"), ("/policy/", "public")]
)
def test_face_by_path(path, face):
    assert navigation.face_of(ask(path)) == face


def test_face_by_namespace():
    request = ask("/somewhere/")
    request.resolver_match = SimpleNamespace(namespaces=["portal", "tenants"])
    assert navigation.face_of(request) == "portal"


def test_theme_comes_from_the_cookie_and_only_known_ones(places):
    assert '<html lang="en" data-theme="dark">' in frame("/office/a/", cookies={"theme": "dark"})
    assert '<html lang="en">' in frame("/office/a/", cookies={"theme": '"><script>'})


def test_every_frame_offers_the_other_language(places):
    for template in ("office.html", "portal.html", "public.html", "entrance.html"):
        html = frame("/office/a/", template)
        assert 'value="zh-hans" lang="zh-hans"' in html, template
        assert "data-theme-toggle" in html, template
        assert 'href="#main"' in html, template


def test_csrf_header_is_inherited_by_htmx(places):
    assert """hx-headers:inherited='{"X-CSRFToken": \"""" in frame("/office/a/")


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "409", "413", "415", "429", "503"])
def test_answers_are_a_page_and_for_htmx_a_notice(code):
    page = render_to_string(f"{code}.html", {}, ask())
    request = ask()
    request.htmx = True
    notice = render_to_string(f"{code}.html", {}, request)
    assert page.startswith("<!doctype html>")
    assert notice.startswith('<div class="notice notice-red" role="alert">')


@pytest.mark.parametrize("code", ["400", "403", "409", "413"])
def test_answers_print_the_refusal(code):
    assert "The month &lt;is&gt; taken." in render_to_string(f"{code}.html", {"message": "The month <is> taken."}, ask())


def test_500_needs_no_context():
    assert "Something went wrong on our side" in render_to_string("500.html")


# ---- style guide -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("shell", ["office", "portal", "public", "entrance", "nonsense"])
def test_style_guide_shows_every_piece_in_every_frame(settings, shell, language):
    from incubator.core.styleguide import styleguide

    settings.DEMO = True
    with override(language):
        answer = styleguide(ask("/styleguide/", shell=shell))
    assert answer.status_code == 200
    for piece in ("figures", "chart", "todo", "steps", "why", "amount-box", "checks", "toolbar", "pagination", "facts", "timeline", "notice", "wizard", "confirm", "empty", "split", "clause"):
        assert re.search(rf'class="([a-z -]* )?{piece}', answer.text), piece


def test_style_guide_exists_only_in_development_and_demo(settings):
    from django.http import Http404

    from incubator.core.styleguide import styleguide

    settings.DEBUG, settings.DEMO = False, False
    with pytest.raises(Http404):
        styleguide(ask("/styleguide/"))
