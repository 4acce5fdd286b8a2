"""The clock of the editions and of the public notices."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from incubator.accounts.actors import Actor
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation
from incubator.accounts.phones import send_code
from incubator.accounts.roles import Role
from incubator.core.errors import Conflict, NotEligible
from incubator.core.jobs import organisation_job
from incubator.notices.services import notify, people_with
from incubator.policy.models import ContactCheck, Objection, PolicyDocument, ProgrammeEdition
from incubator.policy.services import NO_BUDGET, close_ended_notices, end_document, expire_edition, take_effect
from incubator.policy.services.contacts import is_phone


@app.periodic(cron="15 * * * *")
@app.task(name="incubator.policy.tasks.turn_editions_everywhere", queueing_lock="turn_editions")
def turn_editions_everywhere(timestamp: int) -> None:
    """Each hour: editions come into force and end, notices end."""
    for_every_organisation(turn_editions)


def turn_editions(by: Actor) -> None:
    """What the day brings for one organisation. An edition whose predecessor still rules waits for a person."""
    today = timezone.localdate()
    for edition in ProgrammeEdition.objects.own().past_their_end(today):
        expire_edition(edition, by=by)
    for document in PolicyDocument.objects.past_their_end(today):
        end_document(document, by=by)
    for edition in ProgrammeEdition.objects.own().due_to_start(today):
        try:
            take_effect(edition, by=by)
        except Conflict:
            continue
        except NotEligible as missing:
            ask_finance(edition, missing, by)
    close_ended_notices(by=by)


def ask_finance(edition: ProgrammeEdition, missing: NotEligible, by: Actor) -> None:
    """Tell finance, once, that an edition whose day has come says nothing of its budget. Anything else is a defect."""
    if missing.code != NO_BUDGET:
        raise missing
    notify(
        people_with(by.organisation, Role.FINANCE),
        gettext_noop("“%(edition)s” should be in force since %(day)s, but its budget is not said. Say whether a budget line pays."),
        key=f"edition:{edition.pk}:budget",
        url=f"/office/{by.organisation.slug}/subsidies/budgets/editions/{edition.pk}/",
        edition=str(edition), day=str(edition.effective_from),
    )


@organisation_job(queue="mail", retry=5)
def mail_contact_code(organisation: Organisation, *, check_id: int) -> None:
    """Send the code of a contact check, once: a second run finds it sent."""
    check = ContactCheck.objects.filter(pk=check_id).first()
    if check is None or not ContactCheck.objects.filter(pk=check_id, mailed_at=None).update(mailed_at=timezone.now()):
        return
    with translation.override(check.language):
        if is_phone(check.contact):
            send_code(str(check.contact), str(check.code))
            return
        body = _("Your code for an objection on the site of %(organisation)s: %(code)s. It holds for 30 minutes. If you did not ask for it, do nothing.") % {
            "organisation": organisation.name, "code": check.code,
        }  # fmt: skip
        send_mail(_("Code for your objection"), body, None, [str(check.contact)])


@organisation_job(queue="mail", retry=5)
def tell_objector(organisation: Organisation, *, objection_id: int) -> None:
    """Tell an objector by mail what became of the objection, once for each state. A telephone gets no texts: its owner
    reads the page of the receipt."""
    objection = Objection.objects.select_related("notice").get(pk=objection_id)
    told = Objection.objects.filter(pk=objection.pk).exclude(told=objection.state).update(told=objection.state)
    if not told or is_phone(objection.contact) or "@" not in objection.contact:
        return
    with translation.override(objection.language):
        address = f"{settings.SITE_URL}/{organisation.slug}/notices/{objection.notice.code}/objections/{objection.code}/"
        send_mail(objection.number, f"{words_for(objection)}\n\n{address}", None, [str(objection.contact)])


def words_for(objection: Objection) -> str:
    """What became of it, in the language that is active now."""
    said = {"number": objection.number, "notice": objection.notice, "reasons": objection.ruling}
    return {
        "filed": _("Your objection %(number)s against “%(notice)s” was received. An officer without a part in the case looks at it first."),
        "examined": _("Your objection %(number)s against “%(notice)s” is being examined. You get a ruling in writing."),
        "inadmissible": _("Your objection %(number)s against “%(notice)s” was not admitted. Reasons: %(reasons)s"),
        "withdrawn": _("Your objection %(number)s against “%(notice)s” was withdrawn."),
        "upheld": _("Your objection %(number)s against “%(notice)s” was upheld. Reasons: %(reasons)s A new decision follows; only the changed lines are put on notice again."),
        "dismissed": _("Your objection %(number)s against “%(notice)s” was dismissed. Reasons: %(reasons)s"),
    }[objection.state] % said  # fmt: skip
