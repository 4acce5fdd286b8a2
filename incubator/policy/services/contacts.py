"""A code that shows that a contact is somebody's own, before they object: sent by mail or text, tried at most five times."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError
from incubator.policy.models import ContactCheck, PublicNotice

CODES_AN_HOUR = 3  # to one contact
CODES_OF_A_NOTICE = 60  # an hour, for everybody together
TRIES, GOOD_FOR = 5, timedelta(minutes=30)
HOUR = timedelta(hours=1)


def contact_digest(contact: str) -> str:
    """By which a contact is found again without being readable."""
    return blind_index(contact, purpose="objector")


def is_phone(contact: str) -> bool:
    return contact.startswith("+86")


@transaction.atomic
def send_contact_code(notice: PublicNotice, contact: str) -> ContactCheck:
    """Send a code to an address or mobile number. Raises BusinessError above three codes an hour to one contact."""
    from incubator.policy.tasks import mail_contact_code

    index, since = contact_digest(contact), timezone.now() - HOUR
    recent = ContactCheck.objects.filter(created_at__gt=since)
    if recent.filter(contact_index=index).count() >= CODES_AN_HOUR or recent.filter(notice=notice).count() >= CODES_OF_A_NOTICE:
        raise BusinessError(_("Too many codes were asked for. Wait an hour, or object on paper."), field="contact")
    check = ContactCheck.objects.create(
        notice=notice, contact=contact, contact_index=index, code=f"{secrets.randbelow(10**6):06d}",
        language=get_language() or settings.LANGUAGE_CODE,
    )
    mail_contact_code.defer(organisation_id=notice.organisation_id, check_id=check.pk)
    return check


def try_code(check: ContactCheck, code: str) -> None:
    """Compare a code. Each try counts, right or wrong; raises BusinessError when it is wrong, too old or used up.

    Call it outside of the transaction of what follows, so that a refusal later does not give the try back."""
    counted = ContactCheck.objects.filter(pk=check.pk, tries__lt=TRIES, used_at=None, created_at__gt=timezone.now() - GOOD_FOR)
    if not counted.update(tries=F("tries") + 1):
        raise BusinessError(_("This code no longer holds. Ask for a new one."), field="code")
    if not constant_time_compare(str(check.code), code.strip()):
        raise BusinessError(_("This is not the code that we sent. Compare it with the message."), field="code")


def use_up(check: ContactCheck) -> bool:
    """Note that the code was used; a second use of the same code is refused (False)."""
    return bool(ContactCheck.objects.filter(pk=check.pk, used_at=None).update(used_at=timezone.now()))


def forget_checks() -> int:
    """Forget codes and contacts of checks older than a day. Returns how many."""
    return ContactCheck.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()[0]
