"""What a visitor waits for: pages of the public site with few and with many contests, events and articles, and the search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.utils import timezone

from cms.finding import index_site, search
from cms.models import ArticlePage, OrganisationHome
from cms.services import publish_site
from incubator.accounts.models import Organisation
from incubator.bench.frame import ROUNDS, DifferentResult, Outcome, Side, marked, scratch_database, settle, timed
from incubator.bench.world import World, make_world
from incubator.contests.services.contests import draft_contest, publish_contest, set_parts
from incubator.contests.services.events import draft_event, publish_event
from incubator.core.scoping import organisation_context

GOAL = 2.0
FEW = 5


def public_pages(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """Each page with five of everything beside the same page with `size` of everything, in one process; then the search."""
    with scratch_database():
        world = make_world()
        organisation = world.organisation
        with organisation_context(organisation):
            publish_site(organisation)
            fill(world, FEW)
            index_site(organisation)
        few = {address: measure(address) for address in addresses(organisation)}
        say(f"{size} contests, events and articles")
        with organisation_context(organisation):
            fill(world, size)
            index_site(organisation)
        settle()
        return [compared(address, size, few[address], measure(address)) for address in addresses(organisation)] + [found(organisation, size)]


def addresses(organisation: Organisation) -> list[str]:
    base = f"/{organisation.slug}"
    return [f"{base}/", f"{base}/news/", f"{base}/events/", f"{base}/contests/", f"{base}/search/?q=创业", f"{base}/sitemap.xml"]


def fill(world: World, count: int) -> None:
    """Contests, events and articles up to `count` of each."""
    by, organisation = world.actor("manager"), world.organisation
    home = OrganisationHome.objects.get(organisation=organisation)
    there = ArticlePage.objects.descendant_of(home).count()
    start = timezone.now() + timedelta(days=20)
    today = timezone.localdate()
    for number in range(there, count):
        contest = draft_contest(by=by, title=f"第{number}届创业大赛", slug=f"c{number}", summary="面向创业团队。", rules="规则。", registration_from=today,
                                registration_to=today + timedelta(days=30), judging_to=today + timedelta(days=60), results_on=today + timedelta(days=70))  # fmt: skip
        set_parts(contest, by=by, tracks=[{"name": "组"}], prizes=[{"name": "奖", "rank_from": 1, "rank_to": 1, "amount": 1}],
                  criteria=[{"name": "创新", "weight": 100, "at_90": "好", "at_75": "中", "at_60": "可"}])  # fmt: skip
        publish_contest(contest, by=by)
        publish_event(draft_event(by=by, title=f"第{number}期创业沙龙", slug=f"e{number}", summary="交流。", starts_at=start, ends_at=start + timedelta(hours=2), place="大厅", capacity=20), by=by)
        home.refresh_from_db()
        page = home.add_child(instance=ArticlePage(title=f"创业动态{number}", slug=f"n{number}", kind="news", lead="一句话"))
        page.save_revision().publish()


def measure(address: str) -> Side:
    """The page's time and its statements, after one visit that fills what is kept. Raises DifferentResult for a page that fails."""
    client, side = Client(SERVER_NAME=urlsplit(settings.SITE_URL).hostname), Side(address)

    def visit() -> int:
        status = client.get(address).status_code
        if status != HTTPStatus.OK:
            raise DifferentResult(f"{address} answered {status}")
        return status

    visit()
    for _round in range(ROUNDS):
        timed(side, visit)
    return side


def compared(address: str, size: int, few: Side, many: Side) -> Outcome:
    ratio = round(many.median / few.median, 3)
    return marked(Outcome(f"public {address}", size, [few.summary(), many.summary()], ratio, GOAL))


def found(organisation: Organisation, size: int) -> Outcome:
    """The search itself, for two characters."""
    side = Side("search of two characters")

    def ask() -> int:
        with organisation_context(organisation):
            return len(search(organisation, "沙龙", "zh-hans"))

    for _round in range(ROUNDS):
        timed(side, ask)
    return marked(Outcome("public search", size, [side.summary()], None, None))
