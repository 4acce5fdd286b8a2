"""Serve the demonstration on this machine: the site, one worker for its jobs and the test gateway, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from django.conf import settings

HOST = "127.0.0.1"
PATIENCE = 10  # seconds to end by themselves


class PortTaken(Exception):
    """Somebody else listens there, or we may not."""


def check_port(port: int) -> None:
    """Raise PortTaken with what to do unless this port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be used here"
            raise PortTaken(
                f"Port {port} {reason}. Choose another one: make demo PORT={port % 60000 + 1001}"
            ) from error


def environment(port: int) -> dict[str, str]:
    """What the site's processes run with: the demonstration, without error pages for developers."""
    fixed = {"DEMO": "1"}
    usual = {"DEBUG": "0", "SITE_URL": f"http://{HOST}:{port}", "FUHUA_GATEWAY": f"http://{HOST}:{port + 1}", "DJANGO_SETTINGS_MODULE": "incubator.settings"}
    return {**usual, **os.environ, **fixed}


def serve(port: int, log: Path, say: Callable[[str], object]) -> int:
    """Run the site, a worker and the test gateway until one of them ends or somebody stops us. Returns the exit code."""
    for needed in (log.parent, Path(settings.STATIC_ROOT)):
        needed.mkdir(parents=True, exist_ok=True)
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws",
        "--blocking-threads", "4", "--log-level", "warning", "incubator.wsgi:application",
    ]  # fmt: skip
    worker = [sys.executable, "manage.py", "procrastinate", "worker"]
    gateway = [sys.executable, "manage.py", "gateway"]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    with log.open("ab") as lines:
        running = [_start(web, port), _start(worker, port, lines), _start(gateway, port, lines)]
        try:
            if _is_open(port, running):
                say(f"Serving http://{HOST}:{port} (Ctrl-C stops it)")
            while all(process.poll() is None for process in running):
                time.sleep(0.3)
        except KeyboardInterrupt:
            return _end(running, 0)
        return _end(running, 1)


def _is_open(port: int, running: list[subprocess.Popen[bytes]]) -> bool:
    """Wait until the site answers; False when a process has ended before."""
    while all(process.poll() is None for process in running):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.2)
    return False


def _start(command: list[str], port: int, output: object = None) -> subprocess.Popen[bytes]:
    """Start a process of its own group: Ctrl-C reaches us alone, and we end both in order."""
    return subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment(port), stdout=output, stderr=output, start_new_session=True,
    )  # type: ignore[call-overload,no-any-return]  # fmt: skip


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(running: list[subprocess.Popen[bytes]], code: int) -> int:
    """Ask both to end, wait for them, and force what does not."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(until - time.monotonic(), 0.1))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return code
