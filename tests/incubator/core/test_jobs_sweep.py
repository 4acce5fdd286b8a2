"""Jobs whose worker died come back, five times at most; old ones are forgotten (walls.md 8)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from incubator.core.jobs import forget_old, sweep
from incubator.core.queueing import failed_jobs, retry_failed, state_of_queue
from tests.walls.report import tell

pytestmark = pytest.mark.django_db(transaction=True)


def ask(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def worker(seconds):
    """A worker that was last heard of so many seconds ago."""
    return ask("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id", seconds)[0][0]


def a_job(status="doing", *, name="tests.nothing", attempts=0, of=None, lock=None, done_days=0):
    [(number,)] = ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, worker_id, queueing_lock) "
        "VALUES ('money', %s, '{}', 'todo', %s, %s, %s) RETURNING id", name, attempts, of, lock,
    )  # fmt: skip
    if status != "todo":
        ask("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s", status, number)
    ask("UPDATE procrastinate_events SET at = at - make_interval(days => %s) WHERE job_id = %s", done_days, number)
    return number


def run(task):
    """The task as a worker runs it: deferred, taken from the queue, with its own connection."""
    task.defer(timestamp=0)
    work_off("default")


def work_off(queue):
    def work():
        with app.replace_connector(app.connector.get_worker_connector()) as connected:
            connected.run_worker(queues=[queue], wait=False, install_signal_handlers=False, listen_notify=False)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def states():
    """The jobs of this file; a worker also queues what its clock says."""
    rows = ProcrastinateJob.objects.filter(task_name="tests.nothing").values_list("pk", "status", "attempts")
    return {pk: (status, attempts) for pk, status, attempts in rows}


def test_a_job_of_a_silent_worker_comes_back_and_a_fifth_death_ends_it():
    dead, alive = worker(40), worker(0)
    first, fifth, lost = a_job(of=dead), a_job(of=dead, attempts=4), a_job()
    working = a_job(of=alive)
    run(sweep)
    assert states() == {first: ("todo", 1), fifth: ("failed", 5), lost: ("todo", 1), working: ("doing", 0)}
    tell("stalled jobs", "3 of silent workers: 2 back in the queue, 1 given up at the fifth attempt; of a living worker taken 0")


def test_without_the_sweep_a_stalled_job_stays_for_ever():
    """Control: a worker that does not run the sweep never takes it back."""
    stuck = a_job(of=worker(40))
    work_off("money")
    assert states() == {stuck: ("doing", 0)}


def test_a_stalled_turn_of_the_clock_whose_next_turn_waits_is_over():
    dead = worker(40)
    stalled = a_job(of=dead, lock="hourly")
    following = a_job("todo", lock="hourly")
    other = a_job(of=dead)
    run(sweep)
    assert states() == {stalled: ("failed", 1), following: ("todo", 0), other: ("todo", 1)}
    assert retry_failed(stalled) == 0


def test_old_successes_are_forgotten_and_failures_kept():
    old, fresh, failed = a_job("succeeded", done_days=31), a_job("succeeded"), a_job("failed", done_days=400)
    run(forget_old)
    assert set(states()) == {fresh, failed}
    assert old not in states()


def test_failed_jobs_go_back_by_number_or_all_together():
    one, two, three = a_job("failed"), a_job("failed"), a_job("failed")
    waiting = a_job("todo")
    assert [job.pk for job in failed_jobs()] == [three, two, one]
    assert retry_failed(two) == 1
    assert retry_failed(two, waiting, 10**12) == 0
    assert retry_failed() == 2
    assert {status for status, _attempts in states().values()} == {"todo"}


def test_the_state_of_the_queue_counts_what_is_due():
    a_job("failed"), a_job(of=worker(0)), a_job("todo", done_days=1)
    later = a_job("todo", done_days=3)
    ask("UPDATE procrastinate_jobs SET scheduled_at = '2999-01-01' WHERE id = %s", later)
    found = state_of_queue()
    assert (found["waiting"], found["running"], found["failed"]) == (1, 1, 1)
