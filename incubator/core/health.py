"""Is this process alive, and can it work? Two addresses for a monitor, which tell nothing of the inside (walls.md 14)."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from psycopg import Error as DriverError

from incubator.core.views import public

FULL_PERCENT = 80
UNCACHED = {"Cache-Control": "no-store"}


@public
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked: a database that restarts is no reason to kill the site."""
    return JsonResponse({"alive": True}, headers=UNCACHED)


@public
def ready(request: HttpRequest) -> JsonResponse:
    """Database, migrations and cache can be used: 200, else 503. Why is in the log and on the page Health."""
    works = is_ready()
    return JsonResponse({"ready": works}, status=200 if works else 503, headers=UNCACHED)


def is_ready() -> bool:
    try:
        if known_migrations() - MigrationRecorder(connection).applied_migrations().keys():
            return False
        cache.set("health", "1", 60)
        return bool(cache.get("health") == "1")
    except (DatabaseError, DriverError):
        return False


@functools.cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this code, read from the disk once for each process: a monitor asks every few seconds."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def disks() -> list[dict[str, Any]]:
    """The disks under the private files and the public media: how full, in percent, and bytes left."""
    found = {}
    for root in (settings.PRIVATE_ROOT, settings.MEDIA_ROOT):
        place = Path(root)
        while not place.exists():
            place = place.parent
        usage = shutil.disk_usage(place)
        percent = round(100 * usage.used / usage.total)
        found[place.stat().st_dev] = {"percent": percent, "free": usage.free, "full": percent >= FULL_PERCENT}
    return list(found.values())
