"""Charts: the geometry adds up, wrong input is refused, the meter rounds as people do."""

from decimal import Decimal as D

import pytest
from incubator.core.charts import Series, meter, nice_top, plain, stacked_columns
from django.template import Context, Template

TWO = [Series("rent", (D("12.4"), D("0"))), Series("broadband", (D("3.1"), D("0.2")))]


def draw(series=TWO, categories=("Apr", "May")):
    return stacked_columns("Paid", "10k yuan", categories, series, category_label="Month")


@pytest.mark.parametrize(
    ("highest", "top"),
    [("0", "4"), ("1", "1"), ("3", "4"), ("34.9", "40"), ("40", "40"), ("41", "80"), ("7", "8"), ("9.5", "10"), ("1234", "2000"), ("0.03", "0.04")],
)
def test_axis_ends_at_a_round_figure_above_the_highest(highest, top):
    assert nice_top(D(highest)) == D(top)


def test_two_layouts_of_the_same_figures():
    chart = draw()
    assert [layout.kind for layout in chart.layouts] == ["desktop", "phone"]
    assert [[column.total for column in layout.columns] for layout in chart.layouts] == [["15.5", "0.2"]] * 2


def test_parts_stand_on_each_other():
    column = draw().layouts[0].columns[0]
    lower, upper = column.parts
    assert lower.y + lower.height == D("320.0")
    assert upper.y < lower.y
    assert D("0") < lower.y - (upper.y + upper.height) <= D("1.6")


def test_zero_draws_no_part():
    assert [part.series for part in draw().layouts[0].columns[1].parts] == [2]


def test_nothing_at_all_is_an_empty_chart():
    chart = draw([Series("rent", (0, 0))])
    assert chart.is_empty
    assert [column.parts for column in chart.layouts[0].columns] == [(), ()]
    assert not draw().is_empty


def test_axis_figures_from_ground_to_top():
    assert [rule.label for rule in draw().layouts[0].rules] == ["0", "5", "10", "15", "20"]
    assert [rule.is_axis for rule in draw().layouts[0].rules] == [True, False, False, False, False]


def test_rows_of_the_table_add_up():
    assert draw().rows == (("Apr", ("12.4", "3.1"), "15.5"), ("May", ("0.0", "0.2"), "0.2"))


@pytest.mark.parametrize(
    ("series", "sentence"),
    [
        ([Series("rent", (D(1),))], "stacked_columns: rent has 1 values for 2 categories"),
        ([Series("rent", (D(1), D(-1)))], "stacked_columns: rent has a negative value"),
        ([Series(str(i), (D(1), D(1))) for i in range(6)], "stacked_columns: 6 series, the palette has 5 tones"),
    ],
)
def test_wrong_series_are_refused(series, sentence):
    with pytest.raises(ValueError) as refusal:
        draw(series)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(("value", "text"), [(D("12.45"), "12.5"), (D("1234.5"), "1,234.5"), (1234, "1,234")])
def test_plain_figures(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("used", "limit", "expected"),
    [
        (412, 600, (69, 69, "jade")),
        (810, 900, (90, 90, "amber")),
        (849, 1000, (85, 85, "amber")),
        (844, 1000, (84, 84, "jade")),
        (900, 900, (100, 100, "amber")),
        (901, 900, (100, 100, "red")),
        (1800, 900, (200, 100, "red")),
        (0, 0, (0, 0, "jade")),
        (1, 0, (0, 0, "red")),
    ],
)
def test_meter(used, limit, expected):
    drawn = meter(used, limit)
    assert (drawn.percent, drawn.width, drawn.tone) == expected


def test_template_draws_both_layouts_and_the_table():
    html = Template("{% load fuhua %}{% chart chart %}").render(Context({"chart": draw()}))
    assert html.count("<svg") == 2
    assert html.count("<rect") == 6
    assert html.count('<th scope="row">') == 2
    assert "style=" not in html


def test_template_of_a_meter_says_the_share():
    html = Template("{% load fuhua %}{% meter 810 900 'Line' %}").render(Context())
    assert 'width="90"' in html
    assert 'aria-label="Line 90%"' in html


def test_quarters_take_two_lines_on_a_phone():
    desktop, phone = stacked_columns("t", "u", ["2026-Q2", "2026-Q3"], [Series("a", [D(1), D(2)])]).layouts
    assert [column.short_lines for column in phone.columns] == [("Q2", "2026"), ("Q3", "2026")]
    assert (phone.height, phone.names_y, desktop.names_y) == (244, 222, 340)
    month = stacked_columns("t", "u", ["1月"], [Series("a", [D(1)])]).layouts[1]
    assert (month.height, month.names_y) == (230, 222)
