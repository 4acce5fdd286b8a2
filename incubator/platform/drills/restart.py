"""PostgreSQL stops and starts again while people read and write and a worker works."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from incubator.core import pgserver
from incubator.core.invariants import violations
from incubator.journal.models import SecurityEvent
from incubator.platform.drills.work import Work, until

READERS = 4


class Site:
    """The site in a process of its own, and people who ask it for pages: one that is read, and one that is refused as out
    of sight, which writes a row. An answer is an acknowledgement: its row must be there for ever."""

    def __init__(self, work: Work, place: Path) -> None:
        self.answers, self.acknowledged = Counter[tuple[str, int]](), list[str]()
        self.number, self.over, self.lock = 0, threading.Event(), threading.Lock()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(work.person)}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--no-ws",
                   "--blocking-threads", str(READERS), "--log-level", "critical", "incubator.wsgi:application"]  # fmt: skip
        with (place / "site.log").open("ab") as lines:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env={**os.environ, "SITE_URL": f"http://127.0.0.1:{self.port}"},
                stdin=subprocess.DEVNULL, stdout=lines, stderr=lines, start_new_session=True,
            )  # fmt: skip
        self.people = [threading.Thread(target=self.keep_asking) for _person in range(READERS)]

    def begin(self) -> None:
        until(lambda: self.ask("/health/ready/") == 200, "the site was ready")
        for person in self.people:
            person.start()

    def end(self) -> None:
        self.over.set()
        for person in self.people:
            if person.ident:
                person.join()
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

    def ask(self, address: str) -> int:
        """The status of one answer; 0 when there was none."""
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            browser.request("GET", address, headers={"Cookie": self.cookie})
            answer = browser.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            browser.close()

    def keep_asking(self) -> None:
        while not self.over.is_set():
            with self.lock:
                self.number += 1
                missing = f"/portal/no-such-place-{self.number}/"
            read, written = self.ask("/"), self.ask(missing)
            with self.lock:
                self.answers["read", read] += 1
                self.answers["written", written] += 1
                if written == 404:
                    self.acknowledged.append(missing)

    def count(self, status: int) -> int:
        with self.lock:
            return sum(number for (_kind, found), number in self.answers.items() if found == status)


def session_of(person: object) -> str:
    """The key of a web session of this person. The portal asks for no second factor."""
    session = SessionStore()
    session.update({SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], HASH_SESSION_KEY: person.get_session_auth_hash()})  # type: ignore[attr-defined]
    session.save()
    return str(session.session_key)


def rehearse(place: Path, jobs: int, answers: int) -> tuple[str, list[str]]:
    """Let everybody work, take the server away, wait until people read that, bring it back, let everybody go on.

    `answers`: how many pages must have been served before, and again afterwards. Returns the counts in one line, and
    what is not as it must be."""
    work = Work(jobs, place / "mails")
    work.log.touch()
    site, worker = Site(work, place), work.worker()
    try:
        site.begin()
        until(lambda: site.count(200) >= answers and 0 < work.mailed() < jobs, "pages and jobs were under way")
        connection.close()
        pgserver.stop(place / "server")
        until(lambda: site.count(503) >= answers, "people read that the site is busy")
        pgserver.ensure(place / "server")
        before = site.count(200)
        until(lambda: site.count(200) >= before + answers, "pages came again")
    finally:
        site.end()
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    work.finish()
    return judged(work, site)


def judged(work: Work, site: Site) -> tuple[str, list[str]]:
    kept = Counter(SecurityEvent.objects.filter(address__in=site.acknowledged).values_list("address", flat=True))
    lost, states, mails = len(site.acknowledged) - len(kept), work.states(), work.mails()
    strange = sum(number for (kind, status), number in site.answers.items() if status not in {200 if kind == "read" else 404, 503})
    unsent, broken = work.size - len(mails), sum(count for _invariant, count in violations())
    line = (
        f"restart: pages shown {site.count(200)}, writes acknowledged {len(site.acknowledged)}, answers busy {site.count(503)} (503), other answers {strange}; "
        f"acknowledged writes lost {lost}, doubled {kept.total() - len(kept)}; {work.size} jobs, mails lost {unsent}, twice "
        f"{mails.total() - len(mails)}; jobs given up {states['failed']}; broken invariants {broken}"
    )
    wrong = [
        (strange > 0, f"{strange} answers were neither the page nor 503: {dict(site.answers)}."),
        (lost > 0, f"{lost} acknowledged writes were lost."),
        (states["succeeded"] != work.size or unsent > 0, f"{unsent} mails were lost, {work.size - states['succeeded']} jobs did not end."),
        (broken > 0, f"{broken} rows break an invariant; see the page Health."),
    ]
    return line, [sentence for so, sentence in wrong if so]
