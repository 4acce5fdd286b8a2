"""Everything the product says is said in Chinese: nothing missing, nothing in doubt, every placeholder in its place."""

import ast
import re
import shutil

import polib
import pytest
from django.utils import translation

from incubator.core.messages import CHINESE, chinese_of, collect_texts, key_of
from tests.house.states import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)(?:s|d|\.\d+f)|%%|\{\w*\}|</?\w+>")
LATIN = re.compile(r"[A-Za-z]{2,}")
CHINESE_CHARACTER = re.compile(r"[\u3400-\u9fff]")
# Names, units and formats that are the same in both languages.
SAME_IN_BOTH = {"English", "㎡"}


@pytest.fixture(scope="module")
def texts():
    return polib.pofile(str(CHINESE))


def test_nothing_is_missing_and_nothing_is_left_over(texts):
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is not installed (Debian: gettext), so the sources cannot be read")
    said = {key_of(entry) for entry in collect_texts()}
    kept = {key_of(entry) for entry in texts}
    assert (said - kept, kept - said) == (set(), set()), "run `make messages` and translate what it lists"


def test_every_text_has_its_chinese(texts):
    assert [entry.msgid for entry in texts if not chinese_of(entry)] == []
    assert [entry.msgid for entry in texts if entry.fuzzy or entry.obsolete] == []


MARKED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "npgettext", "pgettext", "pgettext_lazy"}


def unmarked(tree: ast.AST) -> list[str]:
    """Sentences that are handed on for people and that no collection finds: text with a placeholder in no marking call."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) not in MARKED)
    plain = (arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
    return [text for text in plain if re.search(r"%\(\w+\)s.*\.$|^[A-Z][a-z]+ .*%\(\w+\)s", text)]


def test_what_is_told_to_people_is_marked_for_translation():
    files = [path for home in ("mentors", "spaces", "billing", "cms", "incubator") for path in (ROOT / home).rglob("services/*.py")]
    assert len(files) > 40
    assert {str(path.relative_to(ROOT)): found for path in files if (found := unmarked(ast.parse(path.read_text(encoding="utf-8"))))} == {}
    assert unmarked(ast.parse('tell(people, "%(name)s is here.")')) == ["%(name)s is here."]


def test_the_marks_go_by_the_names_that_are_collected():
    """`gettext_lazy as _lazy` would be read by nobody."""
    files = [path for home in ("mentors", "spaces", "billing", "cms", "incubator") for path in (ROOT / home).rglob("*.py")]
    renamed = re.compile(r"^from django\.utils\.translation import .*\bas (?!_$|_,)\w+", re.MULTILINE)
    assert [str(path.relative_to(ROOT)) for path in files if renamed.search(path.read_text(encoding="utf-8"))] == []


def test_placeholders_are_the_same(texts):
    wrong = []
    for entry in texts:
        ours = set(PLACEHOLDER.findall(chinese_of(entry)))
        if ours not in [set(PLACEHOLDER.findall(form)) for form in (entry.msgid, entry.msgid_plural) if form]:
            wrong.append(entry.msgid)
    assert wrong == []


def test_the_chinese_is_chinese(texts):
    """A text with English words and no Chinese character was copied, not translated."""
    copied = [
        entry.msgid
        for entry in texts
        if LATIN.search(PLACEHOLDER.sub("", chinese_of(entry))) and not CHINESE_CHARACTER.search(chinese_of(entry))
    ]
    assert set(copied) <= SAME_IN_BOTH


# The words of docs/glossary.md: a page that calls one thing two names is misread by an authority.
NOUNS = {
    "Organisation": "运营机构",
    "startup": "入驻企业",
    "Incubation agreement": "孵化协议",
    "Leases": "租赁合同",
    "Head lease": "主租赁合同",
    "Subsidy applications": "补贴申请",
    "claim": "申报批次",
    "Programme": "补贴项目",
    "Edition": "实施版本",
    "parameter": "参数",
    "Clause": "条款",
    "Local measure": "实施细则",
    "Public notice": "公示",
    "Bank slip": "银行回单",
    "Case officer": "专员",
    "Manager": "运营主管",
    "Finance": "财务",
    "Owner": "负责人",
    "Content editor": "内容编辑",
    "Viewer": "查看者",
    "Founder": "创始人",
    "Rent subsidy": "房租补贴",
    "Broadband subsidy": "宽带补贴",
    "Software subsidy": "软件补贴",
    "Pledge": "承诺书",
    "reason code": "理由代码",
}


@pytest.mark.parametrize("english", NOUNS)
def test_nouns_are_those_of_the_glossary(english):
    with translation.override("zh-hans"):
        assert translation.gettext(english) == NOUNS[english]
