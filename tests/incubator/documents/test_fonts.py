"""The fonts of the papers: what they draw, what they are called, and that they may be given away."""

from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont

from incubator.documents import glyphs
from incubator.documents.management.commands.build_fonts import FACES, gb2312, rare, wanted

FILES = sorted(glyphs.FONTS.glob("*.ttf"))


@pytest.fixture(scope="module")
def fonts():
    return {path.stem: TTFont(path, lazy=True) for path in FILES}


def test_four_static_truetype_files_within_13_mb():
    assert [path.stem for path in FILES] == sorted(f"Fuhua{family}-{style}" for family, style in FACES)
    assert sum(path.stat().st_size for path in FILES) <= 13_000_000
    assert all(path.read_bytes()[:4] == b"\x00\x01\x00\x00" for path in FILES)


def test_no_file_is_variable_and_all_draw_the_same(fonts):
    assert all("fvar" not in font for font in fonts.values())
    sets = [set(font.getBestCmap()) for font in fonts.values()]
    assert all(one == other for one, other in pairwise(sets))


def test_every_wanted_character_is_drawn():
    assert wanted() <= glyphs.drawn()
    assert len(gb2312()) == 7445


@pytest.mark.parametrize(
    "text",
    [
        "喆堃龑旻玥翀珺昇垚淼煊",
        "〔2026〕3号",
        "人民币壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整零",
        "¥￥※㎡✓—…“”《》（）",
        "净月·伊通·珲春",
    ],
)
def test_words_of_the_forms_are_drawn_in_both_weights(text):
    assert glyphs.undrawn([text]) is None
    assert not glyphs.needs_fallback([text])


def test_check_boxes_are_in_no_font():
    assert {ord(char) for char in "☐☑☒"}.isdisjoint(glyphs.drawn() | glyphs.drawn_by_fallback())


def test_the_rest_of_gbk_is_drawn_by_the_fallback():
    gbk = {chr(code) for code in range(0x4E00, 0x9FA6) if _in_gbk(chr(code))}
    assert {char for char in gbk if glyphs.undrawn([char])} == set()
    assert glyphs.needs_fallback(["龘"]) is False, "龘 is on the list of rare names"
    assert glyphs.needs_fallback(["瀧"]) is True


def _in_gbk(char):
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def test_rare_list_holds_no_character_twice_and_none_of_gb2312():
    lines = (glyphs.FONTS / "rare.txt").read_text(encoding="utf-8").splitlines()
    chars = "".join(line.strip() for line in lines if not line.startswith("#"))
    assert len(chars) == len(set(chars)) == len(rare())
    assert rare().isdisjoint(gb2312())


def test_names_are_ours_and_the_licence_stands_beside_and_inside(fonts):
    licence = (glyphs.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for stem, font in fonts.items():
        names = {record.nameID: record.toUnicode() for record in font["name"].names}
        family, style = stem.removeprefix("Fuhua").split("-")
        assert (names[1], names[2], names[6]) == (f"Fuhua {family}", style, stem)
        assert "SIL Open Font License" in names[13]
        assert "Adobe" in names[0]
        for number in (1, 4, 6):
            assert "Noto" not in names[number]
            assert "Source" not in names[number]
