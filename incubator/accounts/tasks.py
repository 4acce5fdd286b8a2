"""The mail of an invitation."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from incubator.accounts.models import Invitation, Organisation
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
