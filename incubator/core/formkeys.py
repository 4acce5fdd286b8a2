"""The one-use key of every form (docs/decisions/0061): made when the form is drawn, used up when its act has succeeded."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

NAME = "form_key"
PATTERN = re.compile(r"[0-9a-f]{32}")
NOT_CONTENT = frozenset({NAME, "csrfmiddlewaretoken"})


class FormTokens(CsrfTokenNode):
    """What `{% csrf_token %}` prints here: Django's token, and the form's one-use key. No form that can be posted at all
    can be without its key."""

    def render(self, context: Context) -> SafeString:
        token = super().render(context)
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, NAME, secrets.token_hex(16)) if token else SafeString()


def key_of(request: HttpRequest) -> str:
    """The key that this form brought, or nothing. What is no key of ours counts as none."""
    key = request.POST.get(NAME, "")
    return key if PATTERN.fullmatch(key) else ""


def digest_of(request: HttpRequest) -> str:
    """What was sent, and where to, as a digest: two sendings of one form are the same if nothing in it was changed."""
    sent: list[Any] = [request.path]
    sent += sorted((name, values) for name, values in request.POST.lists() if name not in NOT_CONTENT)
    sent += sorted((name, [(file.name, file_digest(file)) for file in files]) for name, files in request.FILES.lists())
    return sha256(repr(sent).encode()).hexdigest()


def file_digest(file: Any) -> str:
    """The digest of an uploaded file, which stays at its beginning for whoever reads it next. Of a file over the limit
    only the size was kept (`documents.intake`)."""
    found = sha256()
    try:
        for chunk in file.chunks():
            found.update(chunk)
    except RequestDataTooBig:
        return f"{file.size} bytes"
    file.seek(0)
    return found.hexdigest()
