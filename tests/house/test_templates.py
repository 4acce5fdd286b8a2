"""House rules of templates: nothing inline, nothing unsafe, nothing untranslated, each colour from the one list."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOMES = ("incubator", "spaces", "mentors", "cms", "billing")
TEMPLATES = sorted(path for home in HOMES for path in (ROOT / home).rglob("templates/**/*.html"))
PAPERS = ("pdf",)  # official Chinese forms, printed by WeasyPrint with their own style sheets
SCREENS = [path for path in TEMPLATES if not set(path.parts) & set(PAPERS)]
STYLES = sorted(path for home in HOMES for path in (ROOT / home).rglob("static/**/*.css"))
SCRIPTS = sorted(path for home in HOMES for path in (ROOT / home).rglob("static/**/*.js"))

FORBIDDEN = {
    "inline style": r"""<[^>]*\sstyle\s*=""",
    "style element": r"<style[\s>]",
    "event handler": r"""<[^>]*\son[a-z]+\s*=""",
    "hx-on": r"\bhx-on\b",
    "htmx js: value": r"""\bhx-[a-z:-]+\s*=\s*["']\s*(js|javascript):""",
    "htmx event filter": r"""\bhx-trigger\s*=\s*["'][^"']*\[""",
    "javascript: link": r"""(href|src|action)\s*=\s*["']\s*javascript:""",
    "unsafe filter": r"\|\s*safe\b|\{%\s*autoescape\s+off",
    "other origin": r"""(src|href)\s*=\s*["']https?://""",
    "untrimmed blocktranslate": r"\{%-?\s*blocktrans(late)?\b(?![^%]*\btrimmed\b)",
}
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
BLOCKS = re.compile(
    r"\{%\s*(blocktranslate|blocktrans|comment|verbatim)\b.*?\{%\s*end\1\s*%\}|<(script|svg|code)\b.*?</\2>|<!--.*?-->", re.DOTALL
)
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
WORDS = re.compile(r"[A-Za-z]{2,}")
SPOKEN = re.compile(r"""\s(?:aria-label|title|placeholder|alt|data-label)\s*=\s*"([^"]*)\"""")
# Names and marks that are the same in every language.
SAME_EVERYWHERE = {"Excel", "PDF", "CSV", "CC", "BY", "USCC", "QR", "SHA", "KB", "MB", "doctype", "html"}


def name(path):
    return str(path.relative_to(ROOT))


def without_comments(text):
    return re.sub(r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}", "", text, flags=re.DOTALL)


def bare_text(text):
    """What a reader would see or hear, without what the template engine puts in."""
    text = BLOCKS.sub(" ", text)
    text = TAG.sub(" ", text)
    spoken = SPOKEN.findall(text)
    return [*re.split(r"<[^>]*>", text), *spoken]


def test_there_are_templates():
    assert len(SCREENS) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_inline_and_nothing_unsafe(path):
    text = without_comments(path.read_text(encoding="utf-8"))
    found = {rule: match.group(0)[:80] for rule, pattern in FORBIDDEN.items() if (match := re.search(pattern, text))}
    if set(path.parts) & set(PAPERS):
        found = {rule: where for rule, where in found.items() if rule in {"event handler", "unsafe filter"}}
    assert found == {}


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_scripts_are_files_or_data(path):
    for script in SCRIPT.finditer(without_comments(path.read_text(encoding="utf-8"))):
        is_data = 'type="application/json"' in script["attributes"]
        assert is_data or script["text"].strip() == "", script.group(0)[:120]


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_no_chinese_in_screens(path):
    text = without_comments(path.read_text(encoding="utf-8"))
    allowed = re.sub(r'"[^"]*"|\'[^\']*\'', "", text) if path.name == "styleguide.html" else text
    lines = [line.strip() for line in allowed.splitlines() if CHINESE.search(line)]
    if path.name == "styleguide.html":
        lines = [line for line in lines if not re.search(r"启明光电|云岫科技", line)]  # names of sample companies
    assert lines == []


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_words_stand_in_translation_tags(path):
    if path.name == "styleguide.html":
        return  # its bare words are names of companies, codes and classes
    text = without_comments(path.read_text(encoding="utf-8"))
    bare = [word for part in bare_text(text) for word in WORDS.findall(part) if word not in SAME_EVERYWHERE]
    assert bare == []


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_post_forms_carry_the_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.finditer(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", text, re.DOTALL):
        assert "csrf_token" in form.group(1) or "{% slot body %}" in form.group(1), form.group(0)[:120]


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_colours_come_from_the_one_list(path):
    if path.name == "tokens.css" or "pdf" in path.parts:
        return
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", text)
    assert [colour for colour in colours if colour.lower() != "#fff"] == []  # white paper: print, QR code


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_tokens_that_are_used_exist(path):
    known = set()
    for sheet in STYLES:
        known |= set(re.findall(r"(--[a-z0-9-]+)\s*:", sheet.read_text(encoding="utf-8")))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", path.read_text(encoding="utf-8"))) - known == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_stay_small_and_write_no_markup(path):
    text = path.read_text(encoding="utf-8")
    assert len(text) < 6000
    assert re.findall(r"\beval\b|new Function|innerHTML|document\.write|insertAdjacentHTML", text) == []


ICON = re.compile(r"""\{%\s*icon\s+["']([^"']+)["']""")


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_icons_exist(path):
    from incubator.core.icons import ICONS

    assert set(ICON.findall(path.read_text(encoding="utf-8"))) - set(ICONS) == set()


TOKENS = (ROOT / "incubator/core/static/fuhua/css/tokens.css").read_text(encoding="utf-8")
PAIRS = [
    (ink, paper, least)
    for paper in ("bg", "surface", "sunk")
    for ink, least in (("ink", 7.0), ("ink-2", 4.5), ("jade-text", 4.5), ("amber-text", 4.5), ("red-text", 4.5), ("indigo-text", 4.5), ("jade", 3.0), ("red", 3.0))
] + [(f"{tone}-text", f"{tone}-soft", 4.5) for tone in ("jade", "amber", "indigo", "red")] + [("jade-ink", "jade", 4.5), ("red-ink", "red", 4.5), ("line-strong", "surface", 3.0), ("ink", "mark", 7.0)]


def colour(token, theme):
    light, dark = re.search(rf"--{token}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", TOKENS).groups()
    return light if theme == "light" else dark


def luminance(value):
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_contrast(theme, ink, paper, least):
    brighter, darker = sorted((luminance(colour(ink, theme)), luminance(colour(paper, theme))), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= least
