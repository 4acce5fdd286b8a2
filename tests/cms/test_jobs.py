"""Wagtail's own tasks go through our queue (walls.md 8): queued with the change, run by a worker, blind to walled rows."""

from concurrent.futures import ThreadPoolExecutor

import django_tasks
import pytest
from django.db import connection, transaction
from django.tasks.exceptions import InvalidTask
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import ReferenceIndex
from wagtail.tasks import update_reference_index_task

from cms.models import ArticlePage
from cms.services import publish_site
from incubator.core.jobs import QueueBackend
from incubator.core.scoping import organisation_context
from tests.factories.accounts import make_organisation
from tests.factories.tenants import a_startup


def waiting():
    return ProcrastinateJob.objects.filter(task_name="incubator.core.jobs.site_task", status="todo")


def run_the_queue():
    """In a thread of its own: a browser test in the same process leaves its event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work_off).result()


def work_off():
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(queues=["site"], wait=False, install_signal_handlers=False, listen_notify=False)


@pytest.mark.django_db(transaction=True)
def test_a_published_page_is_indexed_by_the_worker():
    home = publish_site(make_organisation("jingyue", "长春净月创客空间"))
    article = ArticlePage(title="关于我们", slug="about", body=[("text", {"heading": "", "text": f'<p><a linktype="page" id="{home.pk}">首页</a></p>'})])
    home.add_child(instance=article)
    queued = waiting().count()
    paths = {job.args["path"] for job in waiting()}
    run_the_queue()
    assert queued >= 2
    assert {path.partition(".")[0] for path in paths} == {"wagtail", "modelsearch"}
    assert waiting().count() == 0
    assert ProcrastinateJob.objects.filter(status="succeeded").count() == queued
    assert ReferenceIndex.objects.filter(object_id=str(article.pk), to_object_id=str(home.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_job():
    organisation = make_organisation("jingyue", "长春净月创客空间")
    with pytest.raises(RuntimeError), transaction.atomic():
        publish_site(organisation)
        raise RuntimeError
    assert waiting().count() == 0


def test_a_task_of_the_site_sees_no_walled_row(organisation):
    with organisation_context(organisation):
        a_startup()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_startup")
        assert cursor.fetchone() == (0,)


def test_only_tasks_of_wagtail_are_taken():
    backend = django_tasks.task_backends["default"]
    assert isinstance(backend, QueueBackend)
    backend.validate_task(update_reference_index_task)
    with pytest.raises(InvalidTask, match="use organisation_job"):
        backend.validate_task(type("Task", (), {"func": run_the_queue}))
