"""The texts of the product in Chinese: collected from the sources, kept in `locale/`, compiled when they changed.

Collecting runs Django's makemessages on a copy of the sources, because makemessages leaves working files beside the
templates it reads. It needs gettext's `xgettext`; compiling needs no program of the system, so any machine can do it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    import polib

ROOT = Path(__file__).resolve().parents[2]
HOMES = ("incubator", "spaces", "billing", "mentors", "cms")
CHINESE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
SOURCES = (".py", ".html", ".txt")
LEFT_OUT = {"migrations", "data", "__pycache__"}
WIDTH = 78  # as polib and gettext wrap, so that any editor leaves the same lines
HEADER = {
    "Project-Id-Version": "Fuhua",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def compile_messages() -> list[Path]:
    """Write the .mo file beside each .po file of locale/ that has changed since. Returns what was written.

    The new file takes the place of the old in one step: several processes may do this at once.
    """
    import polib

    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                fresh = target.with_suffix(f".mo.{os.getpid()}")
                polib.pofile(str(source)).save_as_mofile(str(fresh))
                fresh.replace(target)
                written.append(target)
    return written


def collect_texts() -> polib.POFile:
    """Every text that the sources hand to gettext, in the order in which it is met, without places.

    Raises FileNotFoundError without gettext, subprocess.CalledProcessError for a source it cannot read.
    """
    import polib

    if not shutil.which("xgettext"):
        raise FileNotFoundError("xgettext is missing. Install gettext, for example: apt-get install gettext")
    with tempfile.TemporaryDirectory(prefix="fuhua-texts-") as folder:
        work = Path(folder)
        _copy_sources(work)
        (work / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--no-location", "--keep-pot"]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, cwd=work, env=environment, check=True, capture_output=True)
        return polib.pofile(str(work / "locale/django.pot"), wrapwidth=WIDTH)


def _copy_sources(work: Path) -> None:
    for home in HOMES:
        for path in sorted((ROOT / home).rglob("*")):
            if path.suffix in SOURCES and not LEFT_OUT & set(path.parts) and path.is_file():
                target = work / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def key_of(entry: polib.POEntry) -> tuple[str | None, str]:
    """What tells one text from another: its context and its English words."""
    return entry.msgctxt, entry.msgid


def chinese_of(entry: polib.POEntry) -> str:
    """The one Chinese form of a text; Chinese has no plural. Empty when there is none yet."""
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def merge_texts() -> list[polib.POEntry]:
    """Bring locale/ to what the sources say: new texts added, unused ones dropped, nothing guessed.

    Returns the texts that have no Chinese yet.
    """
    import polib

    known = {key_of(entry): chinese_of(entry) for entry in polib.pofile(str(CHINESE))} if CHINESE.exists() else {}
    merged = polib.POFile(wrapwidth=WIDTH)
    merged.metadata = dict(HEADER)
    for entry in collect_texts():
        text = known.get(key_of(entry), "")
        if entry.msgid_plural:
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = text
        merged.append(entry)
    CHINESE.parent.mkdir(parents=True, exist_ok=True)
    merged.save(str(CHINESE))
    return [entry for entry in merged if not chinese_of(entry)]
