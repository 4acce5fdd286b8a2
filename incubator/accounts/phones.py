"""The mobile number of a person: held, looked up, given up, and the codes that are sent to it."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.models import Phone, TextMessage, User
from incubator.core.encryption import blind_index
from incubator.core.refusals import clash

logger = logging.getLogger(__name__)
DAY = timedelta(days=1)
TEXTS_A_DAY = 10  # to one number


def digest(number: str) -> str:
    """By which a number is found again without being readable."""
    return blind_index(number, purpose="mobile number")


def number_of(user: User) -> str:
    """The number that this person has proved to hold, or nothing."""
    held = Phone.objects.filter(user=user).first()
    return str(held.number) if held else ""


def holder(number: str) -> User | None:
    """Who has proved to hold this number."""
    held = Phone.objects.filter(number_index=digest(number)).select_related("user").first()
    return held.user if held else None


def hold(user: User, number: str) -> None:
    """Keep a number that was just proved by its code. One number belongs to one person: the database says so."""
    if number_of(user) == number:
        return
    taken = _("This number belongs to another account. Remove it there first.")
    fields = {"number": number, "number_index": digest(number), "verified_at": timezone.now()}
    with clash("accounts_phone_number_index_key", taken):
        Phone.objects.update_or_create(user=user, defaults=fields)


def give_up(user: User) -> int:
    """Forget the number of a person: it opens no account any more."""
    return Phone.objects.filter(user=user).delete()[0]


@transaction.atomic
def send_code(number: str, code: str) -> None:
    """Let the queue send a code, within what one number and the whole deployment get in a day.

    Above that nothing goes out and nobody is told: the page must not say which numbers are known."""
    from incubator.accounts.tasks import send_text

    today, index = TextMessage.objects.filter(created_at__gt=timezone.now() - DAY), digest(number)
    if today.count() >= settings.SMS_PER_DAY:
        logger.error("no code was sent: FUHUA_SMS_PER_DAY (%s) is used up", settings.SMS_PER_DAY)
        return
    if today.filter(number_index=index).count() < TEXTS_A_DAY:
        made = TextMessage.objects.create(number=number, number_index=index, code=code)
        send_text.defer(message_id=made.pk)
