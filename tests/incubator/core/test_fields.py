"""Form fields: what people type, and the sentence they get."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from incubator.core.fields import MonthField, UsccField, YuanField
from incubator.core.periods import Month


class Typed(forms.Form):
    amount = YuanField(required=False, minimum=Decimal("0.01"), maximum=Decimal(5000))
    month = MonthField(required=False)
    code = UsccField(required=False)


def cleaned(**data):
    with translation.override("en"):
        form = Typed(data)
        return (form.cleaned_data if form.is_valid() else {}), {
            key: list(map(str, value)) for key, value in form.errors.items()
        }


def test_full_width_digits_are_understood():
    data, errors = cleaned(amount="１，２００．５", month="２０２６年３月", code=" 91350100m000100y43 ")
    assert errors == {}
    assert data == {"amount": Decimal("1200.50"), "month": Month(2026, 3), "code": "91350100M000100Y43"}


def test_empty_fields_are_none():
    assert cleaned() == ({"amount": None, "month": None, "code": ""}, {})
    assert cleaned(amount=" ", month="　", code=" ")[0] == {"amount": None, "month": None, "code": ""}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "“abc” is not an amount. Write digits and one point, for example 1200.50."),
        ("-5", "“-5” has a sign. Enter the amount without plus or minus."),
        ("1.005", "“1.005” has more than two decimals. Amounts end at the fen: keep two."),
        ("0", "0 yuan is too little. Enter at least 0.01 yuan."),
        ("5000.01", "5000.01 yuan is too much. Enter at most 5,000.00 yuan."),
    ],
)
def test_an_amount_is_refused_with_a_sentence(typed, sentence):
    assert cleaned(amount=typed)[1] == {"amount": [sentence]}


@pytest.mark.parametrize("typed", ["2026-3", "2026-13", "2026年13月", "2026年3", "2026年月", "3月", "March", "年"])
def test_a_month_is_refused_with_a_sentence(typed):
    sentence = f"“{typed}” is not a month. Write it like 2026-03 or 2026年3月."
    assert cleaned(month=typed)[1] == {"month": [sentence]}


@pytest.mark.parametrize("typed", ["2026-03", "2026年3月", "2026年03月", " 2026 年 3 月 "])
def test_a_month_is_read_in_both_forms(typed):
    assert cleaned(month=typed)[0]["month"] == Month(2026, 3)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("123", "A credit code has 18 characters; this one has 3. Copy it from the licence."),
        (
            "91350100M000100Y4Z",
            "“Z” does not occur in a credit code. Use digits and letters, but not I, O, S, V or Z.",
        ),
        (
            "91350100M000100Y44",
            "The last character should be “3” and is “4”. Compare the code with the licence.",
        ),
    ],
)
def test_a_credit_code_is_refused_with_a_sentence(typed, sentence):
    assert cleaned(code=typed)[1] == {"code": [sentence]}


def test_stored_values_are_shown_plainly_and_typed_ones_as_typed():
    form = Typed(initial={"amount": Decimal(1200), "month": Month(2026, 3)})
    assert 'value="1200.00"' in str(form["amount"])
    assert 'inputmode="decimal"' in str(form["amount"])
    assert 'value="2026-03"' in str(form["month"])
    assert 'value="1，2"' in str(Typed({"amount": "1，2"})["amount"])
    assert 'value="x"' in str(Typed({"month": "x"})["month"])


def test_an_unchanged_value_is_not_a_change():
    stored = {"amount": Decimal("1200.00"), "month": Month(2026, 3)}
    assert Typed({"amount": "1,200", "month": "2026年3月"}, initial=stored).changed_data == []
    assert MonthField().clean(Month(2026, 3)) == Month(2026, 3)
