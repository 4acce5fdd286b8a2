"""Printing: the same data gives the same bytes; nothing is fetched; what cannot be drawn stops the job."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from django.template import engines

from incubator.documents import child, glyphs, render
from incubator.subsidies.masking import public_claim

HERE = Path(__file__).parent
MOMENT = datetime(2026, 10, 9, 6, 0, tzinfo=UTC)
QUOTE = "有条件的地方可对众创空间的房租、宽带网络、公共软件等给予适当补贴"


def sample(name="claim_sample"):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def job_of(claim, **more):
    body = render.canonical_json(claim)
    context = {
        "claim": claim,
        "digest": hashlib.sha256(body).hexdigest(),
        "qr": render.qr_png_data_uri(claim["verify"]["url"]),
        "public_copy": False,
    }
    keywords = {
        "title": f"补贴资金申请表 {claim['number']}",
        "author": claim["applicant"]["name"],
        "created": MOMENT,
        "attachments": {"claim.json": body},
        "watermark": claim["watermark"],
    }
    return ("subsidies/pdf/claim.html", context | more), keywords


def printed(claim, **more):
    arguments, keywords = job_of(claim, **more)
    return render.render_pdf(*arguments, **keywords)


def text_of(pdf, *options):
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def bare(text):
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def tenant_pdf():
    return printed(sample())


@pytest.fixture(scope="module")
def space_pdf():
    return printed(sample("claim_sample_space"))


@pytest.mark.parametrize("options", [(), ("-layout",)])
@pytest.mark.parametrize("name", ["claim_sample", "claim_sample_space"])
def test_text_holds_applicant_uscc_total_and_clause(name, options, tenant_pdf, space_pdf):
    claim = sample(name)
    text = bare(text_of(tenant_pdf if name == "claim_sample" else space_pdf, *options))
    assert claim["applicant"]["name"] in text
    assert claim["applicant"]["uscc"] in text
    assert f"{float(claim['totals']['claimed']):,.2f}" in text
    assert claim["totals"]["claimed_words"] in text
    assert QUOTE in text
    assert all(line["invoice"] in text for line in claim["lines"])


def test_every_word_of_the_long_quotes_is_on_one_line_for_pdftotext(tenant_pdf):
    assert any(QUOTE in line for line in text_of(tenant_pdf, "-layout").splitlines())


def test_file_is_tagged_pdf_a_with_its_data_attached(tenant_pdf):
    claim = sample()
    with pikepdf.open(io.BytesIO(tenant_pdf)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        metadata = pdf.Root.Metadata.read_bytes()
        assert b'part="3"' in metadata or b"part>3" in metadata
        assert b'conformance="A"' in metadata or b"conformance>A" in metadata
        assert len(pdf.Root.AF) == 1
        assert pdf.Root.AF[0].AFRelationship == pikepdf.Name.Data
        attached = pdf.attachments["claim.json"].get_file()
        assert attached.read_bytes() == render.canonical_json(claim)
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261009060000Z"
        assert all("/FontFile2" in font for font in embedded_fonts(pdf))


def embedded_fonts(pdf):
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            yield item


def test_same_data_same_bytes_in_other_processes(tenant_pdf):
    program = (
        "import django, hashlib, sys; django.setup();"
        "from tests.incubator.documents.test_render import printed, sample;"
        "sys.stdout.write(hashlib.sha256(printed(sample())).hexdigest())"
    )
    for seed, zone in (("1", "UTC"), ("4242", "America/New_York")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True,
            cwd=HERE.parents[2],
        )  # fmt: skip
        assert done.stdout == hashlib.sha256(tenant_pdf).hexdigest()


def test_papers_printed_before_do_not_change_the_next(tenant_pdf):
    other = sample()
    other["lines"][0]["party"] = "长春瀧穂科技有限公司"
    with pikepdf.open(io.BytesIO(printed(other))) as pdf:
        assert any("Fallback" in str(font.FontName) for font in embedded_fonts(pdf))
    assert printed(sample()) == tenant_pdf


def test_child_process_prints_the_same_bytes(tenant_pdf):
    arguments, keywords = job_of(sample())
    assert render.render_in_child(*arguments, **keywords) == tenant_pdf


def test_child_that_takes_too_long_is_a_sentence(monkeypatch):
    monkeypatch.setattr(child, "WALL_SECONDS", 0.01)
    arguments, keywords = job_of(sample())
    with pytest.raises(render.PaperError, match="60"):
        render.render_in_child(*arguments, **keywords)


def test_missing_glyph_names_the_character_and_its_text():
    claim = sample()
    claim["lines"][0]["party"] = "长春\U0001f680科技有限公司"
    with pytest.raises(render.MissingGlyph) as refusal:
        printed(claim)
    assert (refusal.value.char, refusal.value.text) == ("\U0001f680", "长春\U0001f680科技有限公司")
    assert "U+1F680" in str(refusal.value)


@pytest.mark.parametrize("char", ["\x00", "\x1b", "‮", "​", "☑"])
def test_controls_marks_and_boxes_are_missing_glyphs(char):
    assert glyphs.undrawn([f"甲{char}乙"]) == (char, f"甲{char}乙")


def page(body):
    return engines["django"].from_string(
        '{% extends "documents/pdf/base.html" %}{% block paper %}' + body + "{% endblock %}"
    )


def render_page(body, context=None, monkeypatch=None):
    monkeypatch.setattr(render, "render_to_string", lambda template, values: page(body).render(values))
    return render.render_pdf("any", context or {}, title="试", author="试", created=MOMENT)


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1/x.png">',
        '<img src="x.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="asset:settings.py">',
        '<img src="asset:../render.py">',
        '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<style>@import url("https://example.com/x.css");</style>',
        '<p style="background: url(file:///etc/passwd)">试</p>',
    ],
)
def test_every_outside_address_stops_the_job(body, monkeypatch):
    with pytest.raises(render.PaperError, match="refused"):
        render_page(body, monkeypatch=monkeypatch)


def test_markup_in_data_stays_text(monkeypatch):
    hostile = '<link rel="attachment" href="file:///etc/passwd"><img src=x>{{ paper.title }}{% now "Y" %}'
    pdf = render_page("<p>{{ name }}</p>", {"name": hostile}, monkeypatch)
    assert bare(hostile) in bare(text_of(pdf))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not list(opened.attachments)


def test_claim_of_hostile_names_prints_them():
    claim = sample()
    claim["lines"][0]["party"] = '"><script>alert(1)</script><b>&amp;'
    assert '"><script>alert(1)</script><b>&amp;' in bare(text_of(printed(claim)))


def test_501_lines_and_a_long_cell_are_refused(monkeypatch):
    with pytest.raises(render.PaperError, match="521"):
        render_page("<table>" + "<tr><td>甲</td></tr>" * 521 + "</table>", monkeypatch=monkeypatch)
    with pytest.raises(render.PaperError, match="501"):
        render_page("<table><tr><td>" + "甲" * 501 + "</td></tr></table>", monkeypatch=monkeypatch)


def test_head_rows_repeat_on_every_page_of_the_lines():
    claim = sample()
    claim["lines"] = [deepcopy(claim["lines"][0]) | {"no": str(number)} for number in range(1, 61)]
    claim["roster"] = claim["roster"][:1]
    pages = [bare(one) for one in text_of(printed(claim)).split("\f")]
    lines = [one for one in pages if "长春喆堃智能装备科技有限公司" in one and claim["lines"][0]["invoice"] in one]
    assert len(lines) >= 4
    assert all("发票号码" in one for one in lines)


def test_fifty_lines_take_at_most_three_seconds(tenant_pdf):
    claim = sample()
    claim["lines"] = [deepcopy(claim["lines"][0]) | {"no": str(number)} for number in range(1, 51)]
    start = time.process_time()
    printed(claim)
    assert time.process_time() - start <= 3


def test_public_copy_holds_nothing_private():
    claim = sample()
    public = public_claim(claim)
    arguments, keywords = job_of(public, public_copy=True)
    pdf = render.render_pdf(*arguments, **keywords)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        everything = text_of(pdf) + opened.attachments["claim.json"].get_file().read_bytes().decode()
    private = [claim["applicant"][key] for key in ("legal_representative", "contact", "phone", "address")]
    for firm in claim["roster"]:
        private += [firm["founder"], firm["account"], firm["certificate"], firm["bank"]]
    private += [line["invoice"] for line in claim["lines"]]
    assert [text for text in private if text and bare(text) in bare(everything)] == []
    assert claim["totals"]["claimed_words"] in bare(everything)


def test_public_copy_masks_a_natural_person():
    claim = sample()
    claim["lines"][0] |= {"party": "欧阳玥", "person": "yes"}
    assert public_claim(claim)["lines"][0]["party"] == "欧*玥"


def test_no_watermark_without_an_example_edition():
    claim = sample()
    arguments, keywords = job_of(claim)
    job = render.compose(*arguments, keywords["title"], keywords["author"], MOMENT, {}, "")
    assert 'class="watermark"' not in job.html


@pytest.mark.parametrize(("template", "key"), [("application_receipt", "receipt"), ("decision", "decision")])
def test_receipt_and_decision_print(template, key):
    data = sample(f"{key}_sample")
    context = {key: data, "digest": "0" * 64, "qr": render.qr_png_data_uri(data["verify"]["url"])}
    pdf = render.render_pdf(
        f"subsidies/pdf/{template}.html", context, title=data["number"], author=data["organisation"], created=MOMENT,
        watermark=data["watermark"],
    )  # fmt: skip
    text = bare(text_of(pdf))
    assert data["applicant"]["uscc"] in text
    assert data["verify"]["code"] in text
    assert bare(data.get("claimed_words") or data["amount_words"]) in text
