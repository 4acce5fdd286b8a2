"""What a log line may hold: no full identity number, account, telephone or e-mail address."""

import io
import logging
import logging.config

import pytest
from django.conf import settings

from incubator.core.redaction import Redact, redacted

ID, ACCOUNT, PHONE, MAIL = "22010419900101123X", "6222020000001234567", "13800138000", "lin.kexin@yunshan.example"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"number {ID}.", "number 220***********X."),
        (f"to {ACCOUNT}", "to ****4567"),
        ("to 6222 0200 0000 1234", "to ****1234"),
        ("to 622202000012", "to ****0012"),
        ("to 62220000111122223333", "to ****3333"),
        (f"call {PHONE}!", "call ***8000!"),
        ("call +86 138-0013-8000", "call ***8000"),
        (f"sent to <{MAIL}>", "sent to <l***@yunshan.example>"),
        (f"身份证{ID}账号{ACCOUNT}电话{PHONE}", "身份证220***********X账号****4567电话***8000"),
    ],
)
def test_personal_data_is_masked(text, expected):
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GET /office/jingyue/startups/17/ 200 in 38 ms",
        "2026-11-24 10:46:42,123 claim FH-2026-0007 total 27720.00",
        "digest 5e937aa1234567890123456abcdef",
        "uscc 91220101MA00000017",
        "task 1234567 of job 99",
    ],
)
def test_other_figures_stay(text):
    assert redacted(text) == text


@pytest.fixture
def log(monkeypatch):
    """A logger of the product's own configuration, and what its handlers show."""
    shown = io.StringIO()
    kept = {name: logging.getLogger(name).handlers[:] for name in ("", "django", "django.server")}
    handlers = {name: {**handler, "stream": shown} for name, handler in settings.LOGGING["handlers"].items()}
    logging.config.dictConfig({**settings.LOGGING, "handlers": handlers})
    yield logging.getLogger("incubator.test"), shown
    for name, before in kept.items():
        logging.getLogger(name).handlers[:] = before


def test_the_console_masks_message_arguments_and_traceback(log):
    logger, shown = log
    logger.error("account %s of %s", ACCOUNT, MAIL)
    try:
        raise ValueError(f"{ID} is on file")
    except ValueError:
        logger.exception("failed for %(phone)s", {"phone": PHONE})
    text = shown.getvalue()
    assert "****4567" in text and "l***@yunshan.example" in text and "220***********X is on file" in text and "Traceback" in text
    assert not any(secret in text for secret in (ID, ACCOUNT, PHONE, MAIL))


def test_arguments_that_do_not_fit_are_left_out():
    record = logging.LogRecord("incubator", logging.ERROR, __file__, 1, "one %s two %s", (ACCOUNT,), None)
    assert Redact().filter(record).getMessage() == "one %s two %s (arguments left out: they do not fit)"


def test_every_handler_of_the_settings_masks():
    assert all("redact" in handler.get("filters", ()) for handler in settings.LOGGING["handlers"].values())


def test_no_logger_of_django_writes_past_the_mask(log):
    _logger, shown = log
    for name in ("django.request", "django.server", "django.db.backends", "django.security"):
        logging.getLogger(name).error("q=%s", ACCOUNT, extra={"server_time": "now", "status_code": 500})
    assert shown.getvalue().count("****4567") == 4 and ACCOUNT not in shown.getvalue()
    named = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith(("django", "incubator", "allauth"))]
    assert {type(one).__name__ for logger in named for one in logger.handlers} <= {"StreamHandler", "LogCaptureHandler"}
