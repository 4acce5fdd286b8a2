"""A process of its own for bytes that came from outside: little memory, little time, no secrets in its environment."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

MEMORY = 3 * 1024**3
WALL_SECONDS = 60
PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


class ChildError(Exception):
    """The child gave nothing back. The text is its last word; `late`: it was stopped after a minute."""

    def __init__(self, reason: str, *, late: bool = False) -> None:
        self.late = late
        super().__init__(reason)


def run_child(module: str, body: bytes, *args: str) -> bytes:
    """Run a module of ours with these bytes on its standard input. Raises ChildError."""
    environment = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *args],
            input=body, capture_output=True, timeout=WALL_SECONDS, check=False,
            cwd=Path(__file__).parents[2], env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ChildError("late", late=True) from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ChildError(last[0][:300] if last else f"signal {-done.returncode}")
    return done.stdout


def limit_myself(processor_seconds: int) -> None:
    """The first thing that a child does."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
