"""Papers that run out: the startup and the case officers hear of it in time."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.documents.models import EXPIRES_SOON
from incubator.notices.services import notify, people_with
from incubator.tenants.models import FounderRole, StartupDocument

REMINDERS = (7, EXPIRES_SOON)  # days before a paper expires
SENTENCE = gettext_noop("“%(title)s” of %(startup)s is valid until %(day)s. Put the new paper into the vault before that.")


def remind_of_expiry(by: Actor) -> None:
    """Tell the founders and the officers 30 and 7 days before a paper in the vault expires, each time once.

    A day on which the clock stood still is made up for. Whoever has put a later paper of the kind into the vault hears
    nothing more of the old one."""
    today = timezone.localdate()
    officers = people_with(by.organisation, Role.OFFICER)
    papers = StartupDocument.objects.filter(withdrawn_at=None, document__valid_to__gte=today).expiring(today)
    for paper in papers.select_related("startup", "document"):
        if not has_newer(paper):
            tell(paper, officers)


def has_newer(paper: StartupDocument) -> bool:
    """Whether another paper of this kind in the same vault is valid longer, or for ever."""
    others = StartupDocument.objects.filter(startup=paper.startup_id, withdrawn_at=None).of_kind(paper.document.kind)
    longer = Q(document__valid_to=None) | Q(document__valid_to__gt=paper.document.valid_to)
    return bool(others.exclude(pk=paper.pk).filter(longer).exists())


def tell(paper: StartupDocument, officers: list[object]) -> None:
    document, startup = paper.document, paper.startup
    mark = next(days for days in REMINDERS if document.days_left <= days)
    slug = startup.organisation.slug
    people = startup.founders.filter(role=FounderRole.FOUNDER, user__is_active=True).select_related("user")
    faces = (
        ([founder.user for founder in people], f"/portal/{slug}/company/{startup.pk}/?papers=expiring"),
        (officers, f"/office/{slug}/startups/{startup.pk}/?papers=expiring"),
    )
    for readers, url in faces:
        notify(
            readers, SENTENCE, key=f"paper:{paper.pk}:{document.valid_to:%Y%m%d}:{mark}", url=url,
            title=document.title, startup=startup.short_name, day=document.valid_to.isoformat(),
        )  # fmt: skip
