"""Jobs: the clock of contests and events, and the post to teams, guests and followers. Thin: load by id, call a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from incubator.accounts.actors import Actor
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation
from incubator.contests.models import Attendee, Contest, Entry, Event, Follower
from incubator.core.jobs import organisation_job
from incubator.core.templatetags.fuhua import moment


@app.periodic(cron="5 * * * *")
@app.task(name="incubator.contests.tasks.turn_contests_everywhere", queueing_lock="turn_contests")
def turn_contests_everywhere(timestamp: int) -> None:
    """Each hour: registration of contests opens and closes, events that were held are closed."""
    for_every_organisation(turn)


def turn(by: Actor) -> None:
    """What the hour brings for one organisation."""
    from incubator.contests.services.contests import turn_contests
    from incubator.contests.services.events import close_held_events

    turn_contests(by=by)
    close_held_events(by=by)


def site(organisation: Organisation, path: str) -> str:
    return f"{settings.SITE_URL}/{organisation.slug}/{path}"


@organisation_job(queue="mail", retry=5)
def mail_entry_link(organisation: Organisation, *, entry_id: int) -> None:
    """Send the link of an entry to its contact: whoever holds it may change the entry."""
    entry = Entry.objects.select_related("contest").get(pk=entry_id)
    with translation.override(entry.language):
        body = _("Your entry for “%(contest)s” has the code %(code)s. Keep this link: with it you go on, change and hand in the entry until %(day)s.") % {
            "contest": entry.contest.name, "code": entry.code, "day": entry.contest.registration_to,
        }  # fmt: skip
        send_mail(entry.contest.name, f"{body}\n\n{entry_address(organisation, entry)}", None, [str(entry.email)])


def entry_address(organisation: Organisation, entry: Entry) -> str:
    return site(organisation, f"contests/{entry.contest.slug}/entry/{entry.key}/")


@organisation_job(queue="mail", retry=5)
def mail_entry_state(organisation: Organisation, *, entry_id: int) -> None:
    """Tell the team where its entry stands."""
    entry = Entry.objects.select_related("contest").get(pk=entry_id)
    with translation.override(entry.language):
        said = _("Your entry %(code)s for “%(contest)s”: %(state)s.") % {"code": entry.code, "contest": entry.contest.name, "state": entry.get_state_display()}
        parts = [said, entry.note, entry_address(organisation, entry)]
        send_mail(entry.contest.name, "\n\n".join(filter(None, parts)), None, [str(entry.email)])


@organisation_job(queue="mail", retry=5)
def mail_attendee(organisation: Organisation, *, attendee_id: int) -> None:
    """Send the ticket, the place on the waiting list or the cancellation, as things stand now."""
    attendee = Attendee.objects.select_related("event").get(pk=attendee_id)
    with translation.override(attendee.language):
        send_mail(attendee.event.name, ticket_words(organisation, attendee), None, [str(attendee.email)])


def ticket_words(organisation: Organisation, attendee: Attendee) -> str:
    event = attendee.event
    said = {"event": event.name, "time": moment(event.starts_at), "place": event.place, "code": attendee.code, "reason": event.cancelled_because}
    if event.state == "cancelled":
        return _("“%(event)s” was cancelled: %(reason)s") % said
    words = {
        "seated": _("You are registered for “%(event)s”, %(time)s, %(place)s. Your ticket: %(code)s. If you cannot come, give the place back here:"),
        "waiting": _("“%(event)s” is full. You are on the waiting list and are told as soon as a place is free. Take yourself off the list here:"),
    }.get(attendee.state, _("Your registration for “%(event)s”:")) % said
    return f"{words}\n\n{site(organisation, f'events/{event.slug}/ticket/{attendee.key}/')}"


@organisation_job(queue="mail", retry=5)
def mail_confirmation(organisation: Organisation, *, follower_id: int) -> None:
    """Send the link by which the owner of an address says yes."""
    follower = Follower.objects.filter(pk=follower_id).first()
    if follower is None:
        return
    with translation.override(follower.language):
        body = _("Somebody asked that we tell this address of new events, contests and news. If it was you, open this link. If not, do nothing: nothing will be sent.")
        send_mail(organisation.name, f"{body}\n\n{site(organisation, f'follow/{follower.key}/')}", None, [str(follower.email)])


Found = tuple[Any, str] | None
FINDERS: dict[str, Callable[[Organisation, int], Found]] = {}  # kind → the row that is on the site now, and its path


def finds(kind: str) -> Callable[[Callable[[Organisation, int], Found]], Callable[[Organisation, int], Found]]:
    """Say how something that followers are told of is found; apps above add their own kinds."""

    def decorate(find: Callable[[Organisation, int], Found]) -> Callable[[Organisation, int], Found]:
        FINDERS[kind] = find
        return find

    return decorate


@finds("event")
def find_event(organisation: Organisation, pk: int) -> Found:
    event = Event.objects.filter(pk=pk, state="published").first()
    return (event, f"events/{event.slug}/") if event else None


@finds("contest")
def find_contest(organisation: Organisation, pk: int) -> Found:
    contest = Contest.objects.on_the_site().filter(pk=pk).first()
    return (contest, f"contests/{contest.slug}/") if contest else None


@organisation_job(queue="mail", retry=2)
def mail_followers(organisation: Organisation, **what: int) -> None:
    """Tell everybody who follows of something new (`event_id=4`), each once: it is written down before it is sent."""
    ((name, pk),) = what.items()
    kind = name.removesuffix("_id")
    found = FINDERS[kind](organisation, pk)
    if found is None:
        return
    for follower in Follower.objects.exclude(confirmed_at=None):
        if f"{kind}:{pk}" not in follower.told:
            Follower.objects.filter(pk=follower.pk).update(told=[*follower.told[-199:], f"{kind}:{pk}"])
            with translation.override(follower.language):
                send_news(organisation, follower, *found)


def send_news(organisation: Organisation, follower: Follower, row: Any, path: str) -> None:
    stop = site(organisation, f"follow/{follower.key}/stop/")
    name = str(getattr(row, "name", "") or getattr(row, "heading", row))
    body = f"{name}\n\n{getattr(row, 'about', '') or getattr(row, 'introduction', '')}\n\n{site(organisation, path)}\n\n{_('No longer? One click ends it:')} {stop}"
    mail = EmailMessage(f"{organisation.name}: {name}", body, None, [str(follower.email)], headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"})
    mail.send()
