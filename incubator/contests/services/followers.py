"""Following an organisation: asked for with an address, confirmed by a link, stopped with one click."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from incubator.contests.models import Follower
from incubator.core.encryption import blind_index


@transaction.atomic
def ask_to_follow(email: str) -> Follower:
    """Note an address; the link that confirms it goes there. Who follows already gets the link again, and is told the same."""
    from incubator.contests.tasks import mail_confirmation

    follower, _new = Follower.objects.get_or_create(
        email_index=blind_index(email, purpose="followers"), defaults={"email": email, "language": get_language() or "zh-hans"}
    )
    mail_confirmation.defer(organisation_id=follower.organisation_id, follower_id=follower.pk)
    return follower


def confirm_follower(follower: Follower) -> None:
    """The owner of the address has opened the link."""
    Follower.objects.filter(pk=follower.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def stop_following(follower: Follower) -> None:
    """Forget the address: nothing is sent any more and nothing is kept."""
    follower.delete()


def tell_followers(organisation: Any, what: str) -> None:
    """Let the queue tell everybody who follows what is new: `event:4`, `contest:2`, `page:17`. Each follower once."""
    from incubator.contests.tasks import mail_followers

    kind, _colon, number = what.partition(":")
    mail_followers.defer(organisation_id=organisation.pk, **{f"{kind}_id": int(number)})
