"""Handing a private file out: the audit row, the headers, and the server in front."""

from __future__ import annotations

import pytest

from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.tenants.acts import ACT_LABELS
from incubator.tenants.services import add_document
from tests.factories.documents import a_document, an_upload
from tests.factories.tenants import a_startup


@pytest.fixture
def paper(inside, actor):
    return a_document(actor("officer"))


def test_every_hand_out_says_who_had_which_bytes(paper, actor):
    serve_file(paper, by=actor("officer"))
    serve_file(paper, by=actor("finance"), inline=True)
    had = Entry.objects.about(paper).filter(act="download")
    assert [entry.user for entry in had] == [actor("finance").user, actor("officer").user]
    assert {entry.facts["sha256"] for entry in had} == {paper.sha256}
    assert [entry.facts["inline"] for entry in had] == [True, False]


def test_a_page_that_hands_a_file_out_writes_the_row(organisation, client_of, actor):
    with organisation_context(organisation):
        kept = add_document(a_startup(), an_upload(), kind="lease", by=actor("officer"))
    answer = client_of("viewer").get(f"/office/{organisation.slug}/startups/papers/{kept.pk}/")
    assert answer.status_code == 200, answer.status_code
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    with organisation_context(organisation):
        entry = Entry.objects.about(kept.document).get(act="download")
        assert entry.role == "viewer"


def test_timelines_do_not_list_readers():
    assert not [key for key in ACT_LABELS if "download" in key]


def test_the_answer_can_run_nothing_and_is_kept_nowhere(paper, actor):
    answer = serve_file(paper, by=actor("officer"))
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_only_kinds_that_cannot_act_are_shown_in_the_page(paper, actor):
    assert serve_file(paper, by=actor("officer"), inline=True)["Content-Disposition"].startswith("inline")
    paper.content_type = "text/html"
    assert serve_file(paper, by=actor("officer"), inline=True)["Content-Disposition"].startswith("attachment")


def test_a_stored_name_cannot_write_headers(paper, actor):
    paper.original_name = 'a"\r\nX-Evil: 1\u202efdp.exe'
    sent = serve_file(paper, by=actor("officer"))["Content-Disposition"]
    assert sent == "attachment; filename*=UTF-8''a%22X-Evil%3A%201fdp.exe"


def test_the_server_in_front_sends_the_bytes(paper, actor, settings):
    settings.PRIVATE_ACCEL = "/private-files/"
    answer = serve_file(paper, by=actor("officer"))
    assert answer["X-Accel-Redirect"] == f"/private-files/{paper.file.name}"
    assert answer.content == b""
    assert answer["Content-Type"] == "application/pdf"
    assert Entry.objects.about(paper).filter(act="download").exists()


def test_the_stored_name_tells_nothing(paper):
    owner, name = Document.objects.get(pk=paper.pk).file.name.split("/")
    assert owner == str(paper.organisation_id)
    assert len(name) == 32
    assert int(name, 16) >= 0
