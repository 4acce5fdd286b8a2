"""Import and export as YAML: nothing before the second click, nothing lost, nothing hostile gets in."""

from datetime import date

import pytest

from incubator.core.errors import BusinessError
from incubator.documents.uploads import OwnPrint
from incubator.policy import exchange, services
from incubator.policy.importing import MeasureFileError, import_document, take_in
from incubator.policy.measurefile import read_measure
from incubator.policy.models import MeasureDraft, Parameter, PolicyDocument, ProgrammeEdition
from incubator.policy.yamlfile import LARGEST, read_yaml
from tests.factories.documents import pdf_bytes
from tests.incubator.policy.conftest import EXAMPLE


def test_an_export_comes_back_as_an_empty_difference(in_force, inside, actor):
    """Editions in force, a closed one, a draft with a derived figure and two spans: all of it."""
    rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
    draft = services.draft_from(rent, by=actor("officer"))
    services.set_parameter(draft, "total_cap", "9000", by=actor("officer"), citation=None, certainty="derived", source="报道")
    words = services.cite(in_force.document.clauses.get(path="五"), "每月最高不超过400元")
    services.set_parameter(draft, "month_cap", "400", by=actor("officer"), citation=words, valid_to=date(2026, 12, 31))
    services.set_parameter(draft, "month_cap", "500", by=actor("officer"), citation=words, valid_from=date(2027, 1, 1))
    text = exchange.export_yaml(in_force.document)
    file = read_measure(text.encode())
    assert exchange.compare(file) == []
    assert len([edition for row in file.programmes for edition in row["editions"]]) == 7
    before = list(Parameter.objects.own().order_by("pk").values_list("pk", "value", "valid_from"))
    take_in(text.encode(), by=actor("officer"))
    assert list(Parameter.objects.own().order_by("pk").values_list("pk", "value", "valid_from")) == before


def test_the_shipped_example_differs_in_nothing_after_it_was_imported(in_force, inside):
    assert exchange.compare(read_measure(EXAMPLE.read_bytes())) == []


def test_a_new_file_becomes_a_draft_of_a_measure_and_its_programmes_follow(shipped, inside, actor):
    body = EXAMPLE.read_bytes()
    assert {row.kind for row in exchange.compare(read_measure(body))} == {"added"}
    draft = take_in(body, by=actor("officer"))
    assert isinstance(draft, MeasureDraft)
    assert (len(draft.clauses), ProgrammeEdition.objects.own().count()) == (14, 0)
    services.attach_scan(draft, OwnPrint("scan.pdf", pdf_bytes()), by=actor("officer"))
    draft.refresh_from_db()
    filed = services.file_measure(services.submit_measure(draft, by=actor("officer")), by=actor("manager"))
    editions = ProgrammeEdition.objects.own()
    assert {(edition.state, edition.drafter.name) for edition in editions} == {("draft", "officer")}
    assert editions.count() == 6
    assert exchange.compare(read_measure(body)) == []
    assert filed.document.confirmed_by.name == "manager"


def test_a_changed_figure_of_a_draft_is_shown_and_then_loaded(drafts, inside, actor):
    body = EXAMPLE.read_text().replace('value: "0.5", clause: 四', 'value: "0.4", clause: 四').encode()
    found = exchange.compare(read_measure(body))
    assert [(row.kind, row.old.partition(" · ")[0], row.new.partition(" · ")[0]) for row in found] == [("changed", "50 %", "40 %")]
    assert Parameter.objects.own().get(key="share", edition__programme__slug="tenant-rent").value == "0.5"
    take_in(body, by=actor("officer"))
    assert Parameter.objects.own().get(key="share", edition__programme__slug="tenant-rent").value == "0.4"


def test_a_published_edition_and_a_filed_text_are_never_loaded_over(in_force, inside, actor):
    for old, new in (('value: "0.5", clause: 四', 'value: "0.4", clause: 四'), ("累计不超过36个月。租金", "累计不超过24个月。租金")):
        body = EXAMPLE.read_text().replace(old, new)
        assert body != EXAMPLE.read_text()
        if "24个月" in body:
            body = body.replace("quote: 每家企业享受房租补贴累计不超过36个月", "quote: 每家企业享受房租补贴累计不超过24个月")
        assert "locked" in {row.kind for row in exchange.compare(read_measure(body.encode()))}
        with pytest.raises(BusinessError):
            take_in(body.encode(), by=actor("officer"))


def test_a_failure_in_the_middle_leaves_nothing(shipped, inside, actor):
    body = EXAMPLE.read_text().replace("quote: 每月最高不超过400元", "quote: 每月最高不超过500元").encode()
    with pytest.raises(MeasureFileError, match="500") as refused:
        take_in(body, by=actor("officer"))
    line = next(n for n, text in enumerate(body.decode().splitlines(), 1) if "quote: 每月最高不超过500元" in text)
    assert str(line) in str(refused.value)
    assert not MeasureDraft.objects.exists()
    assert not PolicyDocument.objects.own().exists()


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (BOMB.encode(), "2"),
        (b"document: &d {slug: x}\nclauses: *d\n", "2"),
        (b"document: !!python/object/apply:os.system ['true']\n", "1"),
        (b"document: !!python/name:os.system\n", "1"),
        (b"document:\n  slug: x\n  slug: y\n", "3"),
        (b"document:\n\tslug: x\n", "2"),
        (b"document: [\n", "2"),
        (b"x: " + b"[" * 40 + b"]" * 40, "1"),
        ("document:\n  title: 测\n".encode("gb18030"), "2"),
        (b"document:\n  title: \"a\\0b\"\n", "2"),
        (b"document:\n  issued_on: 2026-02-30\n", "2"),
        (b"---\na: 1\n---\nb: 2\n", "3"),
        (b"? [a, b]\n: c\n", "1"),
        (b"<<: {a: 1}\n", "1"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_its_line(body, line):
    with pytest.raises(MeasureFileError) as refused:
        read_measure(body)
    assert line in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(MeasureFileError, match="500 KB"):
        read_yaml(b"a: " + b"x" * LARGEST)
    with pytest.raises(MeasureFileError):
        read_yaml(b"[" + b"1," * 100_000 + b"]")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("kind: rent", "kind: palace", "palace"),
        ("payee: tenant", "payee: nobody", "nobody"),
        ('value: "0.5"', 'value: "5"', "5"),
        ("key: unit_cap", "key: no_such", "no_such"),
        ("item: licence", "item: horoscope", "horoscope"),
        ("clause_form: 第{}条", "clause_form: 第{0.x}条", "{}"),
        ("working_days: 5", "working_days: five", ""),
        ("level: local", "level: national", "local"),
        ("effective_from: 2025-07-01\n  window", "effective_from: soon\n  window", "effective_from"),
        ("parent: jilin-2015-28", "parent: no-such-text", "no-such-text"),
        ("shared: true", "shared: 1", "shared"),
        ("slug: space-rent", "slug: space-moon", "space-moon"),
    ],
)
def test_each_mistake_is_named_with_its_line(shipped, inside, actor, old, new, word):
    text = EXAMPLE.read_text()
    assert old in text
    body = text.replace(old, new, 1)
    with pytest.raises(MeasureFileError) as refused:
        take_in(body.encode(), by=actor("officer"))
    assert word in str(refused.value)
    assert any(character.isdigit() for character in str(refused.value))
    assert not MeasureDraft.objects.exists()


def test_importing_twice_finds_everything_made(in_force, inside, actor):
    count = ProgrammeEdition.objects.own().count()
    import_document(EXAMPLE, by=actor("officer"))
    assert ProgrammeEdition.objects.own().count() == count
