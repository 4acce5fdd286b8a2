"""Slow down whoever asks a public page too often. The counter knows a digest of the address, and forgets it soon."""

from __future__ import annotations

import time

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest

from incubator.core.encryption import blind_index


def too_many(request: HttpRequest, action: str, *, most: int, seconds: int) -> bool:
    """Count this request; whether this address has asked for the action more than `most` times in this span.

    Two requests at the same moment may count as one: the limit holds off floods, it guards no money."""
    address = blind_index(str(get_client_ip(request)), purpose="throttle")
    key = f"throttle:{action}:{address}:{int(time.time()) // seconds}"
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # the span ended between the two
        return False
