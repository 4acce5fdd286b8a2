"""What is said to gateways and asked of them. Nothing here talks while a transaction is open."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from billing.models import Outbox, Payment
from billing.services import outbox
from billing.services.dunning import find_late_fees, remind
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation

RECENT = timedelta(days=2)


@app.task(name="billing.tasks.send_outbox", queue="money", priority=10)
def send_outbox(organisation_id: int, outbox_id: int) -> None:
    """Say one row of the outbox; no retry here, the row itself says when to try again."""
    outbox.send(Organisation.objects.get(pk=organisation_id), outbox_id)


@app.task(name="billing.tasks.ask_gateway", queue="money", priority=10)
def ask_gateway(organisation_id: int, payment_id: int) -> None:
    """Ask how one attempt stands."""
    outbox.ask(Organisation.objects.get(pk=organisation_id), payment_id)


@app.periodic(cron="* * * * *")
@app.task(name="billing.tasks.sweep_outbox", queue="money", priority=10, queueing_lock="sweep_outbox")
def sweep_outbox(timestamp: int) -> None:
    """Each minute: rows whose time to try again has come."""
    due: list[tuple[int, int]] = []
    for_every_organisation(
        lambda by: due.extend((by.organisation.pk, pk) for pk in Outbox.objects.filter(state="pending", until__lte=timezone.now()).values_list("pk", flat=True)[:200])
    )
    for organisation_id, pk in due:
        _queue(send_outbox, f"outbox:{pk}", organisation_id=organisation_id, outbox_id=pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="billing.tasks.ask_about_open", queue="money", priority=10, queueing_lock="ask_about_open")
def ask_about_open(timestamp: int) -> None:
    """Each ten minutes: attempts that may still be paid, in case an event was lost."""
    _ask_about(lambda: Payment.objects.waiting().exclude(transaction_id=""))


@app.periodic(cron="20 2 * * *")
@app.task(name="billing.tasks.ask_about_recent", queue="money", priority=10, queueing_lock="ask_about_recent")
def ask_about_recent(timestamp: int) -> None:
    """Each night: everything of the last two days, refunds on the gateway's own pages included."""
    _ask_about(lambda: Payment.objects.exclude(transaction_id="").filter(created__gte=timezone.now() - RECENT))


def _ask_about(rows: object) -> None:
    found: list[tuple[int, int]] = []
    for_every_organisation(lambda by: found.extend((by.organisation.pk, pk) for pk in rows().values_list("pk", flat=True)))  # type: ignore[operator]
    for organisation_id, pk in found:
        _queue(ask_gateway, f"ask:{pk}", organisation_id=organisation_id, payment_id=pk)


def _queue(task: object, lock: str, **ids: int) -> None:
    """Queue unless it waits already."""
    try:
        task.configure(queueing_lock=lock).defer(**ids)  # type: ignore[attr-defined]
    except AlreadyEnqueued:
        return


@app.periodic(cron="15 * * * *")
@app.task(name="billing.tasks.remind_everywhere", queue="default", queueing_lock="remind_everywhere")
def remind_everywhere(timestamp: int) -> None:
    """Each hour of the day, never between 21:00 and 08:00: the ladder of reminders, and fees of bills that were paid late."""
    if 8 <= timezone.localtime().hour < 21:
        for_every_organisation(lambda by: (remind(timezone.localdate(), by=by), find_late_fees(by=by)))
