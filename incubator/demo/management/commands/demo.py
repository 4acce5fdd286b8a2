"""`manage.py demo`: set the database up, tell the story once, show who can sign in, and serve it."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, transaction
from django.utils.translation.reloader import translation_file_changed
from psycopg import sql

from cms.services import publish_site, set_up_deployment
from incubator.accounts.models import Organisation
from incubator.core.messages import compile_messages
from incubator.core.scoping import organisation_context
from incubator.demo import people, story
from incubator.demo.context import sign_in_names
from incubator.demo.organisations import JINGYUE, YANBIAN
from incubator.demo.serving import PortTaken, check_port, environment, serve
from incubator.subsidies.models import Claim

OURS = (JINGYUE.slug, YANBIAN.slug)


class Command(BaseCommand):
    help = "Fill this machine's database with the demonstration (once) and serve it on 127.0.0.1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
        parser.add_argument("--no-serve", action="store_true", help="stop before serving")
        parser.add_argument(
            "--fresh", action="store_true", help="forget what was done in the demonstration and tell it anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if not 1 <= port <= 65535:
            raise CommandError(f"{port} is no port. Choose one from 1024 to 65535, for example 8000.")
        become_demo(port)
        if not options["no_serve"]:
            self._need_port(port)
        if options["fresh"]:
            self._forget()
        self._set_up()
        self._tell()
        self._show(keep_pdfs())
        if not options["no_serve"]:
            self._serve(port)

    def _need_port(self, port: int) -> None:
        try:
            check_port(port)
            check_port(port + 1)  # the test gateway
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken

    def _forget(self) -> None:
        """Make the database anew, unless somebody else's organisations are in it."""
        try:
            rows = list(Organisation.objects.values_list("pk", "slug", "name"))
        except DatabaseError:  # not migrated yet, or from an older state of the code
            connection.rollback() if connection.in_atomic_block else connection.close()
            rows = []
        others = [name for _pk, slug, name in rows if slug not in OURS]
        if others:
            raise CommandError(
                f"--fresh would delete organisations that are not the demonstration's: {'、'.join(others)}"
            )
        recreate_database()
        for pk, _slug, _name in rows:
            shutil.rmtree(settings.PRIVATE_ROOT / str(pk), ignore_errors=True)
        shutil.rmtree(folder(), ignore_errors=True)

    def _set_up(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        for path in compile_messages():
            translation_file_changed(None, path)  # forget what was read before
        call_command("load_policy", stdout=io.StringIO())
        set_up_deployment()  # the port may be another one than last time

    def _tell(self) -> None:
        start = time.monotonic()
        try:
            if story.is_told():
                raise story.AlreadyTold
            self.stdout.write("Telling the story of two organisations …")
            self.stdout.flush()
            with transaction.atomic():
                told = story.tell()
                publish_site(told.jingyue.organisation, title_en="Jingyue Maker Space, Changchun")
                publish_site(told.yanbian.organisation, title_en="Yanbian Startup Base for Returning Founders")
        except story.AlreadyTold:
            self.stdout.write("The demonstration is there already; what was done in it stays.")
            return
        self.stdout.write(f"Told in {time.monotonic() - start:.0f} seconds.")

    def _show(self, pdfs: list[Path]) -> None:
        self.stdout.write("\nClaims that were printed:")
        for path in pdfs:
            self.stdout.write(f"  {path.relative_to(settings.BASE_DIR)}")
        self.stdout.write(f"\nSign in with the password {people.PASSWORD} as:")
        names = sign_in_names()
        widest = max(shown_width(who) for who, _address in names)
        for who, address in names:
            self.stdout.write(f"  {who}{' ' * (widest - shown_width(who) + 2)}{address}")

    def _serve(self, port: int) -> None:
        self._need_port(port)
        log = folder() / "worker.log"
        self.stdout.write(f"\nStarting the site; mails and jobs are written to {log.relative_to(settings.BASE_DIR)}.")
        self.stdout.flush()
        code = serve(port, log, self._say)
        if code:
            raise CommandError(
                "The site or its worker ended by itself; its last words stand above or in the worker's log.",
                returncode=code,
            )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def become_demo(port: int) -> None:
    """Begin again with the demonstration's settings, if this process was started without them."""
    wanted = environment(port)
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.argv], wanted)


def recreate_database() -> None:
    """Drop this database and make it anew, as its owner."""
    given = connection.settings_dict
    connection.close()
    connection.close_pool()
    name = sql.Identifier(given["NAME"])
    try:
        with psycopg.connect(
            host=given["HOST"] or None, port=given["PORT"] or None, user=given["USER"],
            password=given["PASSWORD"] or None, dbname="postgres", options="-c role=fuhua_owner", autocommit=True,
        ) as owner:  # fmt: skip
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            owner.execute(sql.SQL("CREATE DATABASE {}").format(name))
    except psycopg.Error as error:
        raise CommandError(f"The database could not be made anew: {str(error).strip()}") from error


def folder() -> Path:
    """Where the claims' PDFs are put for people to find."""
    return settings.BASE_DIR / ".files" / "demo"


def keep_pdfs() -> list[Path]:
    """Copy the printed claims of both organisations to the folder, under their numbers."""
    folder().mkdir(parents=True, exist_ok=True)
    paths = []
    for organisation in Organisation.objects.filter(slug__in=OURS).order_by("slug"):
        with organisation_context(organisation):
            for claim in Claim.objects.exclude(document=None).select_related("document").order_by("pk"):
                path = folder() / f"{claim.number}.pdf"
                path.write_bytes(claim.document.read())
                paths.append(path)
    return paths


def shown_width(text: str) -> int:
    """How many columns a text takes in a terminal: Chinese characters take two."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)
