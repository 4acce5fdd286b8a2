"""The code under which everybody can ask whether a paper is genuine."""

from __future__ import annotations

import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_verify_code() -> str:
    """Twelve characters that nobody guesses (60 bits), in groups of four, without 0 O 1 I."""
    text = "".join(secrets.choice(LETTERS) for _place in range(12))
    return "-".join((text[:4], text[4:8], text[8:]))
