"""Acts on places: put sites and spaces on the list, correct a site, record the organisation's own head lease."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict
from incubator.core.refusals import clash
from incubator.documents.models import Document, DocumentKind
from incubator.documents.services import attach_upload
from incubator.journal.services import lock, record
from spaces.models import HeadLease, Site, Space


@transaction.atomic
def add_site(*, by: Actor, **fields: Any) -> Site:
    """Put a site on the list. Raises Conflict at `name` when it is there already."""
    site = Site(**fields)
    with clash("site_name_once", _("There is a site of this name already."), field="name"):
        site.save()
    record("add_site", site, by=by)
    return site


@transaction.atomic
def change_site(site: Site, *, by: Actor, version: int, **fields: Any) -> Site:
    """Correct what is on file about a site. `version` is the one that the person saw when they began.

    Raises Conflict when somebody saved in between, or at `name` when another site has it."""
    locked = lock(site)
    if locked.version != version:
        raise Conflict(_("Somebody has changed this site since you opened it. Compare and save again."), code="stale")
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    with clash("site_name_once", _("There is a site of this name already."), field="name"):
        locked.save()
    record("change_site", locked, by=by, version=locked.version)
    return locked


@transaction.atomic
def add_space(*, by: Actor, **fields: Any) -> Space:
    """Put a space on the list of its site. Raises Conflict at `code` when the site has this code already."""
    space = Space(**fields)
    taken = _("This site has a space %(code)s already.") % {"code": space.code}
    with clash("space_code_once", taken, field="code"):
        space.save()
    record("add_space", space, by=by)
    return space


@transaction.atomic
def record_head_lease(
    *, by: Actor, upload: UploadedFile | None = None, document: Document | None = None, **fields: Any
) -> HeadLease:
    """Record the lease by which the organisation itself rents a site, with its scan.

    Raises BusinessError at `ends_on`, BadUpload at `file`."""
    check_span(fields["starts_on"], fields["ends_on"])
    if upload is not None:
        document = attach_upload(upload, kind=DocumentKind.LEASE, by=by, title=str(fields["site"]))
    lease = HeadLease.objects.create(recorded_by=by.user, document=document, **fields)
    record("record_head_lease", lease, by=by)
    return lease


def check_span(starts_on: date, ends_on: date) -> None:
    """Refuse a span whose last day lies before its first."""
    if ends_on < starts_on:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="ends_on")
