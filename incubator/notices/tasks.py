from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation

from incubator.accounts.models import Organisation
from incubator.core.jobs import organisation_job
from incubator.notices.models import Notice


@organisation_job(queue="mail", retry=5)
def mail_notice(organisation: Organisation, *, notice_id: int) -> None:
    """Send one message by mail, once: a second run finds it sent."""
    notice = Notice.objects.select_related("person").get(pk=notice_id)
    if not Notice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=timezone.now()):
        return
    with translation.override(settings.LANGUAGE_CODE):
        body = f"{notice.text}\n\n{settings.SITE_URL}{notice.url}" if notice.url else notice.text
        mail = EmailMultiAlternatives(organisation.name, body, None, [notice.person.email])
        if notice.calendar:
            method = "CANCEL" if "METHOD:CANCEL" in notice.calendar else "REQUEST"
            mail.attach_alternative(notice.calendar, f"text/calendar; method={method}; charset=utf-8")
        mail.send()
