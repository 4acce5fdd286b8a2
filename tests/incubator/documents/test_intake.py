"""How much may come in: the request, the file, the organisation's space."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import connections
from django.test import RequestFactory

from incubator.accounts.actors import system
from incubator.core.scoping import organisation_context
from incubator.documents import services
from incubator.documents.models import Document
from incubator.documents.services import attach_upload, keep_paper
from incubator.documents.uploads import MAX_BYTES, BadUpload, Checked
from tests.factories.accounts import make_organisation
from tests.factories.documents import a_document, an_upload, pdf_bytes

MB = 1024 * 1024


class Unread:
    """A body that must not be touched."""

    def read(self, *_args):
        raise AssertionError("the body was read")

    readline = read


def test_a_request_that_is_too_large_is_answered_before_its_body_is_read(organisation, client_of, settings):
    path = f"/portal/{organisation.slug}/company/1/papers/new/"
    sent = {"CONTENT_LENGTH": str(settings.REQUEST_MAX_BYTES + 1), "CONTENT_TYPE": "multipart/form-data; boundary=B", "wsgi.input": Unread()}
    answer = client_of("founder").generic("POST", path, **sent)
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_file_over_the_limit_is_counted_but_not_written(settings):
    settings.FILE_UPLOAD_HANDLERS = ["incubator.documents.intake.StopAtLimit"]
    request = RequestFactory().post("/", {"file": an_upload("large.pdf", pdf_bytes() + b"\n" * (22 * MB))})
    (handler,) = request.upload_handlers
    found = request.FILES["file"]
    assert found.size > 22 * MB
    assert handler.file.closed
    with pytest.raises(RequestDataTooBig):
        found.read()
    with pytest.raises(RequestDataTooBig):
        list(found.chunks())


def test_a_file_at_the_limit_is_whole(settings):
    settings.FILE_UPLOAD_HANDLERS = ["incubator.documents.intake.StopAtLimit"]
    body = b"%PDF-" + b"x" * (MAX_BYTES - 5)
    found = RequestFactory().post("/", {"file": an_upload("whole.pdf", body)}).FILES["file"]
    assert found.read() == body


def test_more_files_than_any_form_has(db, client):
    files = {f"file{place}": an_upload() for place in range(6)}
    assert client.post("/accounts/login/", files).status_code in {400, 413}


def test_an_organisation_cannot_take_more_than_its_space(inside, actor, settings):
    settings.DOCUMENT_QUOTA_MB = 1
    Document.objects.filter(pk=a_document(actor("officer")).pk).update(size=MB - 10)
    with pytest.raises(BadUpload) as refusal:
        a_document(actor("officer"))
    assert "1" in str(refusal.value.message)
    assert Document.objects.count() == 1
    keep_paper(pdf_bytes(), title="claim", name="claim.pdf", by=system(inside))  # what we print is never refused
    assert Document.objects.count() == 2


def test_another_organisations_files_take_none_of_it(organisation, other_organisation, settings):
    settings.DOCUMENT_QUOTA_MB = 1
    with organisation_context(organisation):
        Document.objects.filter(pk=a_document(system(organisation)).pk).update(size=MB)
    with organisation_context(other_organisation):
        assert a_document(system(other_organisation)).pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("waits", "taken"), [(True, 1), (False, 2)], ids=["in turn", "control without the lock"])
def test_two_uploads_at_once_cannot_share_the_last_place(settings, monkeypatch, waits, taken):
    organisation, barrier, store = make_organisation("jingyue", "净月"), Barrier(2), services._store
    settings.DOCUMENT_QUOTA_MB = 1

    def checked(_upload):
        barrier.wait(30)
        return Checked(b"x" * (MB * 6 // 10), "application/pdf", 1)

    def slowly(*args, **kwargs):
        time.sleep(0.5)  # the other one looks at the sum meanwhile, unless it waits
        return store(*args, **kwargs)

    monkeypatch.setattr(services, "check_upload", checked)
    monkeypatch.setattr(services, "_store", slowly)
    if not waits:
        monkeypatch.setattr(services, "wait_turn", lambda by: None)

    def upload(_number) -> bool:
        try:
            with organisation_context(organisation):
                attach_upload(an_upload(), kind="lease", by=system(organisation))
        except BadUpload:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(upload, range(2))) == taken
