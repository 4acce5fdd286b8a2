"""Blind judging: the copy without metadata, the leak test, and everything a judge can open."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from incubator.contests.blind_child import answer_of
from incubator.contests.models import Entry, LeakHit
from incubator.contests.services import blind, contests, entries, judging
from incubator.core.errors import NotEligible
from incubator.demo.sheets import Sheet, press
from incubator.documents.uploads import OwnPrint
from tests.browser import signed_in
from tests.factories.contests import a_jury, an_entry, in_judging, open_contest


def a_deck(*lines, author=""):
    """A PDF with these lines, and an author in its metadata."""
    import pikepdf

    sheet = Sheet("路演稿", 297, 210)
    for place, line in enumerate(lines):
        sheet.write(20, 30 + place * 12, line, 14)
    with pikepdf.open(io.BytesIO(press([sheet])[0])) as pdf:
        if author:
            pdf.docinfo["/Author"] = author
            with pdf.open_metadata() as told:
                told["dc:creator"] = [author]
        out = io.BytesIO()
        pdf.save(out)
    return OwnPrint("松江队路演.pdf", out.getvalue(), "application/pdf")


def screened(inside, actor, **fields):
    """A contest in screening with one eligible entry."""
    contest = open_contest(actor("manager"))
    entry = an_entry(contest, people=["欧阳娜", "李强"], team="松江队", company="长春松江科技有限公司", **fields)
    contest = contests.close_registration(contest, by=actor("system"))
    return contest, entries.screen_entry(Entry.objects.get(pk=entry.pk), "pass", by=actor("officer"))


def test_the_blind_copy_tells_nothing_of_its_makers(inside, actor):
    _contest, entry = screened(inside, actor, deck=a_deck("产品介绍", author="欧阳娜"))
    assert entry.deck.original_name == "松江队路演.pdf"
    assert entry.blind_deck.original_name == f"{entry.code}.pdf"
    raw = entry.blind_deck.read()
    assert "欧阳娜".encode("utf-16-be") not in raw
    assert "欧阳娜".encode() not in raw
    assert b"/Author" not in raw
    assert entry.deck_pages == ["产品介绍 示例 SAMPLE"] or "产品介绍" in entry.deck_pages[0]


def test_our_reader_finds_the_words_of_a_deck():
    line, _break, _pdf = answer_of(a_deck("黑土地墒情手持仪", "ABC 123").read()).partition(b"\n")
    assert "黑土地墒情手持仪" in line.decode("unicode_escape", "ignore") or "\\u9ed1" in line.decode()


@pytest.mark.parametrize("said", ["松江队的方案", "由欧阳娜提出", "欧 阳 娜", "ouyangna@mail", "长春松江科技", "联系 ＯＵＹＡＮＧＮＡ", "team email boss@songjiang.example"])
def test_every_way_of_naming_the_team_is_found(inside, actor, said):
    contest, entry = screened(inside, actor, summary=said, email="boss@songjiang.example")
    assert blind.look_for_leaks(contest, by=actor("officer")) >= 1
    assert LeakHit.objects.filter(entry=entry, where="summary").exists()


def test_names_in_the_deck_are_found_page_by_page(inside, actor):
    contest, entry = screened(inside, actor, deck=a_deck("关于我们：松江队"))
    blind.look_for_leaks(contest, by=actor("officer"))
    assert {hit.where for hit in entry.leaks.all()} == {"deck p. 1"}


def test_an_innocent_entry_has_no_hit(inside, actor):
    contest, _entry = screened(inside, actor, deck=a_deck("产品", "市场"))
    assert blind.look_for_leaks(contest, by=actor("officer")) == 0


def test_open_hits_block_judging_until_explained(inside, actor):
    contest, entry = screened(inside, actor, summary="松江队的方案")
    a_jury(contest, inside, actor("manager"), 3)
    with pytest.raises(NotEligible):
        judging.open_judging(contest, by=actor("manager"))
    blind.look_for_leaks(contest, by=actor("officer"))
    for hit in entry.leaks.all():
        blind.clear_leak(hit, because="“松江”是地名，与团队无关。", by=actor("officer"))
    assert judging.open_judging(contest, by=actor("manager")).state == "judging"


def test_a_deck_nobody_looked_through_blocks_judging(inside, actor):
    contest, entry = screened(inside, actor, deck=a_deck("产品"))
    a_jury(contest, inside, actor("manager"), 3)
    with pytest.raises(NotEligible) as refused:
        judging.open_judging(contest, by=actor("manager"))
    assert entry.code in refused.value.message
    entries.check_blind(entry, by=actor("officer"))
    assert judging.open_judging(contest, by=actor("manager")).state == "judging"


def test_nothing_a_judge_opens_tells_who_a_team_is(inside, actor):
    """As a judge through every page, file, message and search: no term of the leak test, except in contests that are not blind."""
    contest = in_judging(inside, actor("manager"), actor("officer"), teams=3, judges=3)
    sheet = contest.sheets.select_related("judge__user").first()
    judge, org = signed_in(sheet.judge.user), inside.slug
    terms = [blind.folded(term) for entry in contest.entries.all() for term in blind.terms_of(entry)]
    terms = [term for term in terms if len(term) > 2]
    pages = [f"/portal/{org}/judging/", f"/portal/{org}/judging/{sheet.pk}/", f"/portal/{org}/judging/{sheet.pk}/save/", f"/{org}/contests/", f"/{org}/contests/{contest.slug}/",
             f"/portal/{org}/judging/{sheet.pk}/recuse/", f"/{org}/events/"]  # fmt: skip
    for page in pages:
        text = blind.folded(judge.get(page, follow=True).content.decode())
        assert [term for term in terms if term in text] == [], page
    from incubator.notices.models import Notice

    told = blind.folded(" ".join(str(notice) for notice in Notice.objects.filter(person=sheet.judge.user)))
    assert [term for term in terms if term in told] == []
    entry = sheet.entry
    for closed in (f"/office/{org}/contests/{contest.pk}/", f"/office/{org}/contests/{contest.pk}/entries/{entry.pk}/", f"/office/{org}/contests/{contest.pk}/ranking/", f"/{org}/contests/{contest.slug}/result/", f"/{org}/contests/{contest.slug}/board/"):
        assert judge.get(closed).status_code in (403, 404), closed


def test_other_sheets_are_not_there(inside, actor):
    contest = in_judging(inside, actor("manager"), actor("officer"), teams=3, judges=4)
    mine = contest.sheets.select_related("judge__user").first()
    foreign = contest.sheets.exclude(judge=mine.judge).first()
    judge = signed_in(mine.judge.user)
    assert judge.get(f"/portal/{inside.slug}/judging/{mine.pk}/").status_code == 200
    for page in ("", "save/", "deck/", "recuse/"):
        assert judge.get(f"/portal/{inside.slug}/judging/{foreign.pk}/{page}").status_code == 404
    judge.post(f"/portal/{inside.slug}/judging/{mine.pk}/recuse/", {"reason": "曾共事"})
    assert judge.get(f"/portal/{inside.slug}/judging/{mine.pk}/").status_code == 404


def test_a_deck_that_is_no_pdf_is_refused(inside, actor):
    contest = open_contest(actor("manager"))
    entry = an_entry(contest, send=False)
    with pytest.raises(Exception) as refused:
        entries.save_project(entry, deck=SimpleUploadedFile("deck.pdf", b"hello", "application/pdf"), title="甲", summary="乙", market="丙", progress="丁")
    assert getattr(refused.value, "status", 0) in (400, 409)
