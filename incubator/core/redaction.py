"""Personal data out of free text: what a log may hold (walls.md 10)."""

from __future__ import annotations

import copy
import logging
import re
import traceback

EMAIL = re.compile(r"(?<![\w.+-])([A-Za-z0-9])[\w.+-]*@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
RESIDENT_ID = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{2})\d{14}([0-9Xx])(?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)(\+?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
# 12 to 30 digits, in groups or not: what the form takes as an account. Digests have letters around their digits.
ACCOUNT = re.compile(r"(?<![0-9A-Za-z.])\d{4}(?:[ -]?\d){8,26}(?![0-9A-Za-z])")


def redacted(text: str) -> str:
    """The text with resident IDs, accounts, mainland telephones and e-mail addresses masked."""
    text = EMAIL.sub(r"\1***@\2", text)
    text = RESIDENT_ID.sub(r"\1***********\2", text)
    text = PHONE.sub(r"***\3", text)
    return ACCOUNT.sub(lambda found: f"****{found.group()[-4:]}", text)


class Redact(logging.Filter):
    """Masks personal data in a record before any handler writes it: message, arguments, traceback."""

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        """A masked copy: other handlers, a test's for one, still see what was said."""
        masked = copy.copy(record)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # arguments that do not fit: logging would print them all
            message = f"{record.msg} (arguments left out: they do not fit)"
        masked.msg, masked.args = redacted(message), ()
        if record.exc_info and record.exc_info[0] is not None:
            masked.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            masked.exc_info = None
        masked.exc_text = redacted(masked.exc_text) if masked.exc_text else masked.exc_text
        masked.stack_info = redacted(record.stack_info) if record.stack_info else None
        return masked
