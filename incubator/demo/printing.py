"""Printing while the story is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from incubator.documents.render import render_pdf
from incubator.subsidies import papers


@contextmanager
def in_this_process() -> Iterator[None]:
    """Print every paper without starting a process for it.

    The site prints people's data in a child with limits. The story's data are our own, the bytes are the same, and
    forty starts of the printing libraries would take a minute."""
    with patch.object(papers, "render_in_child", render_pdf):
        yield
