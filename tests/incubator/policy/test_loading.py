"""The provincial text, its figures, the codes and the calendar, as they are loaded."""

from datetime import date
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incubator.policy import loading
from incubator.policy.models import Citation, Clause, Holiday, Parameter, PolicyDocument, ProgrammeEdition, ReasonCode
from incubator.policy.quotes import digest, find_quote


def test_load_policy_gives_33_clauses_in_six_chapters(shipped):
    clauses = Clause.objects.filter(document__slug="jilin-2015-28").in_order()
    assert [clause.ordinal for clause in clauses] == list(range(1, 34))
    assert len({clause.chapter for clause in clauses}) == 6
    assert clauses[8].path == "九"
    assert clauses[8].title == "培育创业创新公共平台"
    assert clauses[32].path == "三十三"


def test_every_clause_has_the_hash_of_its_words(shipped):
    assert [clause.path for clause in Clause.objects.all() if digest(clause.text) != clause.text_sha256] == []


def test_clause_17_holds_the_paragraph_without_number(shipped):
    assert len(Clause.objects.get(path="十七").paragraphs) == 2


def test_the_text_has_no_date_that_it_does_not_state(shipped):
    document = PolicyDocument.objects.get()
    assert (document.number, document.issued_on, document.effective_from) == ("吉政发〔2015〕28号", None, None)
    assert document.text_sha256 == sha256((loading.DATA / "jilin-2015-28.txt").read_bytes()).hexdigest()


def test_every_quote_stands_at_its_place(shipped):
    citations = Citation.objects.select_related("clause")
    assert len(citations) == 35
    assert [c.pk for c in citations if c.clause.text[c.char_from : c.char_to] != c.quote] == []


def test_every_row_of_the_number_table_is_cited(shipped):
    rows = list(loading.read_numbers())
    figures = Parameter.objects.of_texts()
    assert len(rows) == figures.count() == 37
    assert {row.key for row in rows} == set(figures.values_list("key", flat=True))


def test_what_the_text_leaves_open_is_a_placeholder_without_value(shipped):
    assert set(Parameter.objects.not_set().values_list("key", "value")) == {
        (key, None)
        for key in (
            "guarantee.risk_comp.rate", "space.rent.subsidy", "space.broadband.subsidy", "space.software.subsidy",
            "base.provincial_grant", "equity_investor.reward", "loan.enterprise.hire_ratio",
            "loan.subsidy.share_individual", "loan.subsidy.share_enterprise", "farm_instructor.stipend",
            "contest.activity_grant", "startup.oneoff.amount",
        )
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("loan.cap.individual", "100000"),
        ("loan.cap.graduate", "150000"),
        ("loan.cap.enterprise", "4000000"),
        ("tax.hire.unemployed_min", "0.5"),  # 1->0.5: the new value
        ("registration.certs_merged", "1"),
        ("rural.sectors", "2,3"),
    ],
)
def test_figures_of_the_text_are_verbatim(shipped, key, value):
    row = Parameter.objects.of_texts().get(key=key)
    assert (row.value, row.certainty, row.valid_from) == (value, "verbatim", None)


def test_later_series_are_derived_and_verified_by_nobody(shipped):
    rows = Parameter.objects.filter(certainty="derived")
    assert rows.count() == 34
    assert set(rows.values_list("citation", "verified_by", "last_verified_on")) == {(None, None, None)}
    assert set(rows.exclude(valid_from=None).values_list("valid_from", flat=True)) == {date(2018, 11, 16), date(2021, 1, 1)}


def test_shipped_editions_are_drafts(shipped):
    assert set(ProgrammeEdition.objects.values_list("state", "organisation")) == {("draft", None)}


def test_loading_twice_changes_nothing(shipped):
    before = list(Citation.objects.order_by("pk").values_list("pk", "quote"))
    assert loading.load_everything() == shipped
    assert list(Citation.objects.order_by("pk").values_list("pk", "quote")) == before


def test_the_command_says_what_it_loaded(db):
    out = StringIO()
    call_command("load_policy", stdout=out)
    assert out.getvalue() == (
        "33 clauses, 35 citations, 71 figures (12 authorised without an amount), 47 reason codes, 72 days of the calendar\n"
    )


def test_another_text_is_refused(db, tmp_path):
    other = tmp_path / "text.txt"
    other.write_text("another text")
    with pytest.raises(CommandError, match="is not that of 吉政发〔2015〕28号"):
        call_command("load_policy", file=other)


def test_a_changed_clause_is_refused():
    body = (loading.DATA / "jilin-2015-28.txt").read_text().replace("适当补贴", "补贴")
    with pytest.raises(loading.PolicyTextError, match="clause 九 is not the known one"):
        loading.check_clauses(loading.parse_text(body).clauses)


def test_a_quote_is_found_across_width_and_stray_blanks():
    text = "坚持 “非禁即入 ”，上限为１０万元。"
    assert find_quote(text, "上限为10万元") == (11, 18)
    assert find_quote(text, "“非禁即入”") == (3, 10)
    assert find_quote(text, "上限为20万元") is None
    assert find_quote(text, "") is None


def test_reason_codes_are_those_of_the_life_cycles(shipped):
    assert ReasonCode.objects.count() == 47
    assert ReasonCode.objects.get(code="PAYEE_NOT_ALLOWED").label == "依据条款不支持该收款主体"


def test_the_calendar_knows_what_is_published_and_no_more(shipped):
    holidays, extra = Holiday.objects.calendar()
    assert date(2026, 10, 1) in holidays
    assert date(2026, 10, 10) in extra
    assert Holiday.objects.is_known(2026)
    assert not Holiday.objects.is_known(2027)


def test_the_documentation_names_every_clause(shipped):
    page = (loading.DATA.parents[2] / "docs/policy/jilin-2015-28.md").read_text()
    listed = [tuple(line.strip("| ").split(" | ")[:2]) for line in page.splitlines() if line.startswith("| ") and "|---" not in line]
    assert listed[1:] == list(Clause.objects.in_order().values_list("path", "title"))
