"""The PostgreSQL server of a development machine, the demo and the tests.

Settings call `ensure()` when DATABASE_URL is unset; it returns an address once a server answers there. The server
listens on a private socket only, keeps its data in the checkout, and stays up until `manage.py pg stop`. PostgreSQL
refuses to run as root, so a root caller hands the server to an unprivileged user, and only the server. By hand:
`python -m incubator.core.pgserver start|stop|status|psql-url`.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from incubator.core.pgbinaries import Account, ServerError, bring_within_reach, find_binaries, may_enter

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = CHECKOUT / ".pg"
SERVER_OPTIONS = "-c max_connections=120 -c unix_socket_permissions=0700 -c log_min_messages=warning"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # bytes of sun_path on Linux
STARTS, PAUSE = 20, 0.5
BUSY = ("lock file", "pre-existing shared memory block")

ROLES = {
    "fuhua_owner": "NOLOGIN CREATEDB",
    "fuhua_app": "NOLOGIN",
    "fuhua_backup": "NOLOGIN BYPASSRLS",
    "fuhua": "LOGIN NOINHERIT",
}
RIGHTS = (
    "GRANT fuhua_owner, fuhua_app, fuhua_backup TO fuhua",
    "ALTER ROLE fuhua SET role = 'fuhua_app'",
    "GRANT pg_signal_backend TO fuhua_owner",  # drops test databases that a killed run left open
)


@dataclass(frozen=True)
class Cluster:
    """One data folder, and the account that its server runs under (None: the caller's own)."""

    home: Path
    account: Account | None

    @property
    def pg(self) -> Path:
        return self.home / "pg"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def give(self, path: str | Path) -> None:
        """Let the server's account own a file that root has made here: that account may run the product next time."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program of PostgreSQL as the server's account.

        Its standard output goes nowhere: the server would inherit a pipe and the reader would wait for ever.
        """
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **(self.account.drop if self.account else {}),
        )


def ensure(data: Path = DATA, bindir: str | Path | None = None) -> str:
    """Have a server with the roles and the database of Fuhua running on this data folder.

    Args:
        data: absolute or relative path of the folder; made when missing.
        bindir: folder of PostgreSQL's programs; FUHUA_PG_BIN, else the best found.

    Returns:
        The address for DATABASE_URL, `postgresql://fuhua@/fuhua?host=SOCKET`.

    Raises:
        ServerError: in a sentence that names the folder and says what to do.
    """
    cluster = _cluster(Path(os.path.abspath(data)))
    with _locked(cluster):
        socket = _running(cluster)
        if socket is None:
            socket = _start(cluster, find_binaries(bindir or os.environ.get("FUHUA_PG_BIN")))
        _found_database(cluster, socket)
    return _url(socket)


def status(data: Path = DATA) -> str | None:
    """The address of the server that runs on this data folder, or None."""
    if not Path(data).exists():
        return None
    socket = _running(_cluster(Path(os.path.abspath(data))))
    return _url(socket) if socket else None


def stop(data: Path = DATA) -> bool:
    """Stop the server of this data folder; True if one ran."""
    if not Path(data).exists():
        return False
    cluster = _cluster(Path(os.path.abspath(data)))
    with _locked(cluster):
        socket = _running(cluster)
        if socket is None:
            return False
        os.kill(_postmaster(cluster.pg)[0], signal.SIGINT)  # "fast": roll back what is open, write a checkpoint, end
        for _ in range(60):
            if not (cluster.pg / "postmaster.pid").exists():
                with contextlib.suppress(OSError):
                    socket.rmdir()
                return True
            time.sleep(PAUSE)
    raise ServerError(f"PostgreSQL on {cluster.pg} did not stop within 30 seconds; its log is {cluster.log}.")


def _url(socket: Path) -> str:
    return f"postgresql://fuhua@/fuhua?host={quote(str(socket))}"


# Where the data lies


def _cluster(data: Path) -> Cluster:
    """The folder for the data: the one asked for, or one that the server's account can reach."""
    if os.name != "posix":
        raise ServerError("The built-in PostgreSQL needs Linux or macOS. Set DATABASE_URL to a PostgreSQL server.")
    try:
        data.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ServerError(f"Cannot make the folder {data} for the database: {error.strerror}.") from error
    if os.geteuid() != 0:
        return Cluster(_own(data, os.geteuid()), None)
    account = Account.for_data(data)
    if os.lstat(data).st_uid == 0:
        _own(data, 0)
        os.chown(data, account.uid, account.gid)
    _own(data, account.uid)
    if may_enter(data, account):
        return Cluster(data, account)
    return Cluster(_away(data, account), account)


def _own(folder: Path, uid: int) -> Path:
    """Refuse a folder that is a link or that another account owns."""
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode):
        raise ServerError(f"{folder} must be a folder, not a link or a file. Remove it and try again.")
    if found.st_uid != uid:
        owner = _name(found.st_uid)
        raise ServerError(f"{folder} belongs to {owner}. Start as the user who made it, or remove it and begin anew.")
    return folder


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _away(data: Path, account: Account) -> Path:
    """A folder outside a checkout that the server's account may not enter (a parent is open to its owner only).

    It belongs to the checkout by a random mark kept in both. A new checkout at the same path has another mark and
    starts with an empty database instead of the rows of a deleted one.
    """
    away = Path("/var/tmp") / f"fuhua-{_digest(data)}"  # noqa: S108 - survives a restart, and owner and mark are checked
    mark, copy = data / "mark", away / "mark"
    if not mark.exists():
        mark.write_text(secrets.token_hex(16))
    if away.is_symlink() or away.exists():
        _own(away, account.uid)
        if copy.exists() and copy.read_text() == mark.read_text():
            return away
        _discard(Cluster(away, account))
    away.mkdir(mode=0o700)
    os.chown(away, account.uid, account.gid)
    copy.write_text(mark.read_text())
    sys.stderr.write(f"{data} is closed to the user {account.name}, so the database is kept in {away}.\n")
    return away


def _discard(cluster: Cluster) -> None:
    """Remove the database of a checkout that no longer exists, server first."""
    if _running(cluster) is not None:
        os.kill(_postmaster(cluster.pg)[0], signal.SIGQUIT)
        time.sleep(PAUSE)
    shutil.rmtree(cluster.home)
    sys.stderr.write(f"Removed {cluster.home}, the database of a checkout that no longer exists.\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


@contextlib.contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    """One process at a time looks at, starts or stops the server of this folder."""
    with (cluster.home / ".lock").open("a") as lock:
        cluster.give(lock.name)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Is it running


def _postmaster(pg: Path) -> tuple[int, str, str]:
    """Process, data folder and socket folder as the server wrote them down; (0, "", "") without a server."""
    try:
        lines = (pg / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[1], lines[4]
    except (OSError, ValueError, IndexError):
        return 0, "", ""


def _running(cluster: Cluster) -> Path | None:
    """The socket folder of the live server on this folder, or None.

    A copied checkout carries the note of the original's server, a reused process number may be anyone's: the server
    counts only when it works in this very folder and answers.
    """
    pid, folder, socket = _postmaster(cluster.pg)
    if not socket or not _works_in(pid, folder, cluster.pg) or not (Path(socket) / SOCKET_NAME).exists():
        return None
    try:
        psycopg.connect(host=socket, user="postgres", dbname="template1", connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return Path(socket) if "too many clients" in str(error) else None
    return Path(socket)


def _works_in(pid: int, recorded: str, pg: Path) -> bool:
    try:
        os.kill(pid, 0)
        return os.path.samefile(f"/proc/{pid}/cwd", pg)
    except ProcessLookupError:
        return False
    except OSError:  # no /proc, or not ours to look at: believe what the server wrote
        return recorded == str(pg) or not Path(recorded).exists()


# Start


def _start(cluster: Cluster, bindir: Path) -> Path:
    """Start the server, making its data first when there is none; returns the socket folder."""
    bindir = bring_within_reach(bindir, cluster.home, cluster.account)
    if not cluster.pg.exists():
        _initialise(cluster, bindir)
    _check_version(cluster, bindir)
    socket = _socket_folder(cluster)
    _clear_notes(cluster, socket)
    options = f"-h '' -k '{socket}' {SERVER_OPTIONS}"
    for _ in range(STARTS):
        before = cluster.log.stat().st_size if cluster.log.exists() else 0
        result = cluster.run(bindir / "pg_ctl", "-D", cluster.pg, "-w", "-l", cluster.log, "-o", options, "start")
        if result.returncode == 0:
            return socket
        words = _tail(cluster.log, before)
        if not any(word in words for word in BUSY):
            break
        time.sleep(PAUSE)  # for about two seconds after a kill the old server's children still hold its lock
    raise ServerError(f"PostgreSQL did not start on {cluster.pg}: {result.stderr.strip()}\n{words}")


def _initialise(cluster: Cluster, bindir: Path) -> None:
    """Make the data folder beside its place and move it there, so that a killed start leaves no half of one."""
    fresh = cluster.home / "pg.new"
    shutil.rmtree(fresh, ignore_errors=True)
    result = cluster.run(
        bindir / "initdb", "-D", fresh, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"
    )
    if result.returncode:
        raise ServerError(f"PostgreSQL could not make its data in {cluster.home}: {result.stderr.strip()}")
    fresh.rename(cluster.pg)


def _check_version(cluster: Cluster, bindir: Path) -> None:
    made = (cluster.pg / "PG_VERSION").read_text().strip()
    result = cluster.run(bindir / "pg_controldata", "-D", cluster.pg)
    if result.returncode:
        raise ServerError(
            f"{cluster.pg} was made by PostgreSQL {made} and {bindir} is another version. "
            f"Set FUHUA_PG_BIN to the folder of PostgreSQL {made}, or remove {cluster.home} and begin anew."
        )


def _socket_folder(cluster: Cluster) -> Path:
    """A private folder for the socket, short enough for the system and open to the server's account only."""
    uid = cluster.account.uid if cluster.account else os.geteuid()
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 - the folder below is checked
        socket = Path(parent) / f"fuhua-{_digest(cluster.home)}"
        if len(os.fsencode(socket / SOCKET_NAME)) > SOCKET_PATH_LIMIT or "'" in parent:
            continue
        with contextlib.suppress(FileExistsError):
            socket.mkdir(mode=0o700)
            if cluster.account:
                os.chown(socket, cluster.account.uid, cluster.account.gid)
        if cluster.account is None or may_enter(socket, cluster.account):
            return _own(socket, uid)
    raise ServerError("No folder for temporary files is short enough and open for a socket: set TMPDIR to one.")


def _clear_notes(cluster: Cluster, socket: Path) -> None:
    """Put away what would stop the start: a copied note of another server, and a server whose data are deleted."""
    pid, recorded, _ = _postmaster(cluster.pg)
    if pid and not _works_in(pid, recorded, cluster.pg):
        (cluster.pg / "postmaster.pid").unlink(missing_ok=True)
    with contextlib.suppress(OSError, ValueError, IndexError):
        orphan = int((socket / f"{SOCKET_NAME}.lock").read_text().splitlines()[0])
        if os.readlink(f"/proc/{orphan}/cwd").endswith(" (deleted)"):
            os.kill(orphan, signal.SIGQUIT)
            time.sleep(PAUSE)


def _tail(log: Path, start: int) -> str:
    try:
        with log.open("rb") as lines:
            lines.seek(max(start, log.stat().st_size - 4000))
            return lines.read().decode(errors="replace").strip()
    except OSError:
        return ""


# First start


def _found_database(cluster: Cluster, socket: Path) -> None:
    """Make the roles and the database once; done again only when the list below changes."""
    done = cluster.home / "ready"
    key = hashlib.sha256(repr((ROLES, RIGHTS)).encode()).hexdigest()
    if done.exists() and done.read_text() == key:
        return
    with psycopg.connect(host=str(socket), user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # new databases are copies of template1
    with psycopg.connect(host=str(socket), user="postgres", dbname="postgres", autocommit=True) as connection:
        for role, attributes in ROLES.items():
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(f"CREATE ROLE {role}")
            connection.execute(f"ALTER ROLE {role} {attributes}")
        for statement in RIGHTS:
            connection.execute(statement)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'fuhua'").fetchone():
            connection.execute("CREATE DATABASE fuhua OWNER fuhua_owner")
    done.write_text(key)
    cluster.give(done)


def main(arguments: list[str]) -> int:
    """Do one of start, stop, status, psql-url, say what there is to know, and return the exit code."""
    act = arguments[0] if len(arguments) == 1 else ""
    code = 0
    try:
        if act in ("start", "psql-url"):
            line = ensure()
        elif act == "stop":
            line = "PostgreSQL stopped." if stop() else "PostgreSQL was not running."
        elif act == "status":
            line = status() or "PostgreSQL is not running."
            code = 0 if status() else 3
        else:
            line, code = "Say one of: start, stop, status, psql-url.", 2
    except ServerError as error:
        line, code = str(error), 1
    (sys.stderr if code else sys.stdout).write(f"{line}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
