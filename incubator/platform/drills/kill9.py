"""Workers that die by kill -9 in the middle of their jobs, at the two moments that matter."""

from __future__ import annotations

from pathlib import Path

import psycopg
from django.db import connection

from incubator.core.invariants import violations
from incubator.platform.drills.work import Work, kill, take_back, until

AHEAD = 2  # jobs that a worker does before the one under which it dies


def rehearse(place: Path, jobs: int, kills: int) -> tuple[str, list[str]]:
    """Kill workers in turn before a job's effect and between its effect and its report. Returns the counts in one line,
    and what is not as it must be."""
    work = Work(jobs, place / "mails")
    work.log.touch()
    settings = connection.settings_dict
    stuck = 0
    with psycopg.connect(host=settings["HOST"], user="postgres", dbname=settings["NAME"], autocommit=True) as superuser:
        for turn in range(kills):
            (die_after_effect if turn % 2 else die_before_effect)(work, superuser)
            stuck += work.states()["doing"]
            take_back()
    work.finish()
    return judged(work, kills, stuck)


def die_before_effect(work: Work, superuser: psycopg.Connection) -> None:
    """The worker dies while the job waits for its row: nothing has happened yet."""
    notice = work.waiting()[AHEAD]
    with superuser.transaction():
        superuser.execute("SELECT FROM notices_notice WHERE id = %s FOR UPDATE", [notice])
        worker = work.worker()
        until(lambda: work.job_of(notice).status == "doing", "a worker had taken the job")
        kill(worker, superuser)


def die_after_effect(work: Work, superuser: psycopg.Connection) -> None:
    """The worker dies when the mail is out and noted, while it reports the job as done: the queue never hears of it."""
    notice = work.waiting()[AHEAD]
    job = work.job_of(notice)
    with psycopg.connect(superuser.info.dsn, user="postgres") as held:
        held.execute("SELECT FROM notices_notice WHERE id = %s FOR UPDATE", [notice])
        worker = work.worker()
        until(lambda: work.job_of(notice).status == "doing", "a worker had taken the job")
        with superuser.transaction():
            superuser.execute("SELECT FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [job.pk])
            held.rollback()
            until(lambda: work.is_mailed(notice), "the mail was out")
            kill(worker, superuser)


def judged(work: Work, kills: int, stuck: int) -> tuple[str, list[str]]:
    mails, states = work.mails(), work.states()
    twice = sum(count > 1 for count in mails.values())
    lost, broken = work.size - len(mails), sum(count for _invariant, count in violations())
    line = (
        f"kill9: {work.size} jobs, {kills} workers killed in the middle of one; stuck without the sweep {stuck}, after it "
        f"{states['doing']}; mails {mails.total()}, lost {lost}, twice {twice}; jobs given up {states['failed']}; broken invariants {broken}"
    )
    wrong = [
        (stuck != kills, f"{kills} workers were killed and {stuck} jobs stood still: the drill did not hit what it aimed at."),
        (states["succeeded"] != work.size, f"{work.size - states['succeeded']} jobs did not end."),
        (work.mailed() != work.size or lost > 0, f"{lost} mails were lost."),
        (twice > 0, f"{twice} mails left twice."),
        (broken > 0, f"{broken} rows break an invariant; see the page Health."),
    ]
    return line, [sentence for so, sentence in wrong if so]
