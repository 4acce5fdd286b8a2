"""Jobs of the public site: its search index, and telling followers of news."""

from __future__ import annotations

from procrastinate.contrib.django import app

from incubator.accounts.actors import Actor
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation
from incubator.contests.tasks import Found, finds
from incubator.core.jobs import organisation_job


@organisation_job(queue="default", retry=3)
def index_site(organisation: Organisation) -> None:
    """Write down anew what can be found on this organisation's site."""
    from cms.finding import index_site as write

    write(organisation)


@app.periodic(cron="50 * * * *")
@app.task(name="cms.tasks.index_everywhere", queueing_lock="index_everywhere")
def index_everywhere(timestamp: int) -> None:
    """Each hour: contests, events and clauses change without a page being published."""
    for_every_organisation(_index)


def _index(by: Actor) -> None:
    from cms.finding import index_site as write

    write(by.organisation)


@finds("page")
def find_page(organisation: Organisation, pk: int) -> Found:
    """A piece of news or a story that is on the site now."""
    from cms.finding import address
    from cms.models import ArticlePage

    page = ArticlePage.objects.told_by(organisation, "news", "story").filter(pk=pk).first()
    return (page, address(page).removeprefix(f"/{organisation.slug}/")) if page else None
