"""What leaves the house about accounts: invitations by mail, codes by short message."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from incubator.accounts.models import Invitation, Organisation, TextMessage, User
from incubator.accounts.services import fingerprint
from incubator.core.jobs import organisation_job


@organisation_job(queue="mail", retry=5)
def mail_invitation(organisation: Organisation, *, invitation_id: int) -> None:
    """Write one invitation, once: a second run finds its token made. The token is made here, so that it stands
    neither in the database nor in the job; if the mail fails, it is undone with the transaction."""
    token = secrets.token_urlsafe(32)
    unwritten = Invitation.objects.usable().filter(pk=invitation_id, organisation=organisation, token_hash=None)
    if not unwritten.update(token_hash=fingerprint(token)):
        return
    invitation = Invitation.objects.select_related("invited_by").get(pk=invitation_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "inviter": invitation.invited_by,
            "organisation": organisation.name,
            "role": invitation.get_role_display(),
            "link": f"{settings.SITE_URL}{reverse("invitation", args=[token])}",
        }
        subject = _("Invitation to %(organisation)s") % words
        body = _("%(inviter)s invites you to %(organisation)s as: %(role)s.\n\nOpen this link within seven days. It works once.\n\n%(link)s") % words
        send_mail(subject, body, None, [invitation.email])


@organisation_job(queue="mail", retry=5)
def mail_factor_reset(organisation: Organisation, *, user_id: int, by_id: int) -> None:
    """Tell a person that their second factor was reset, by whom, and what to do if they did not ask for it."""
    people = User.objects.in_bulk([user_id, by_id])
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": people[user_id], "by": people[by_id], "organisation": organisation.name, "link": f"{settings.SITE_URL}{reverse('account_login')}"}
        subject = _("Your second factor was reset")
        body = _(
            "%(name)s, your second factor was reset by %(by)s, %(organisation)s. All your sessions have ended. At your next "
            "visit the office asks you to set up a new device.\n\n%(link)s\n\nDid you not ask for it? Then set a new password at "
            "once and speak with %(by)s."
        ) % words
        send_mail(subject, body, None, [people[user_id].email])


@app.task(name="incubator.accounts.tasks.send_text", queue="mail", retry=2)
def send_text(message_id: int) -> None:
    """Send one code, once, while it still holds. Number and code leave the table with it; if it fails they stay for
    the next try."""
    fresh = timezone.now() - settings.CODE_LIFE
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        waiting = TextMessage.objects.select_for_update().filter(pk=message_id, sent_at=None, created_at__gt=fresh).first()
        if waiting is None:
            return
        import_string(settings.SMS_BACKEND)().send(str(waiting.number), str(waiting.code))
        waiting.number, waiting.code, waiting.sent_at = "", "", timezone.now()
        waiting.save()
