"""Translations: compile what people have translated. Needs no program of the system, so any machine can do it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def compile_messages() -> list[Path]:
    """Write the .mo file beside each .po file of locale/ that has changed since. Returns what was written."""
    import polib

    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))
                written.append(target)
    return written
