"""Typed readers for environment variables: a bad value stops the start with a sentence that names it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding blanks; the default when unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """A yes or no: 1, true, yes, on, or 0, false, no, off."""
    value = text(name).lower()
    if not value:
        return default
    if value in YES:
        return True
    if value in NO:
        return False
    raise _refused(name, value, f"one of {', '.join(YES)} or {', '.join(NO)}")


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = text(name) or str(default)
    if value.isascii() and value.removeprefix("-").isdigit() and least <= int(value) <= most:
        return int(value)
    raise _refused(name, value, f"a whole number from {least} to {most}")


def choice(name: str, default: str, choices: Sequence[str]) -> str:
    """One word out of a list."""
    value = text(name, default)
    if value in choices:
        return value
    raise _refused(name, value, f"one of {', '.join(choices)}")


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Values separated by commas; blanks around them are dropped."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def folder(name: str, default: Path) -> Path:
    """An absolute path of a folder; it may not exist yet, but must not be a file."""
    path = Path(text(name, str(default))).expanduser()
    if not path.is_absolute() or (path.exists() and not path.is_dir()):
        raise _refused(name, str(path), "the absolute path of a folder")
    return path


def address(name: str, default: str = "") -> str:
    """An http or https address of a site without a path, such as https://fuhua.example."""
    value = text(name, default)
    if not value:
        return value
    parts = _split(name, value, "an address such as https://fuhua.example")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise _refused(name, value, "an address such as https://fuhua.example, without a path")
    return value.rstrip("/")


def secret(name: str, *, development: str = "", length: int = 32) -> str:
    """A secret of at least `length` characters. Development has a stand-in; production (empty stand-in) must set it.

    The value itself is never repeated in the message.
    """
    value = text(name)
    if not value and development:
        return development
    if not value:
        raise ImproperlyConfigured(f"Set {name}: a random text of at least {length} characters that nobody else knows.")
    if len(value) < length or len(set(value)) < length // 4:
        raise ImproperlyConfigured(f"{name} is too short or too simple: use at least {length} random characters.")
    return value


def database(url: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's description of the PostgreSQL database at this address.

    `postgresql://user:password@host:5432/base?sslmode=require`; `host` after the question mark may name the folder
    of a socket. Other words after it become connection options.
    """
    parts = _split(name, url, "an address such as postgresql://user:password@host/base")
    base = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not base or "/" in base:
        raise ImproperlyConfigured(
            f"{name} must be the address of a PostgreSQL database, such as postgresql://user:password@host/base."
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if "options" in options or "role" in options:
        raise ImproperlyConfigured(f"{name} must not set options or role: the application chooses its own role.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def _split(name: str, value: str, wanted: str) -> Any:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be {wanted}.") from None
    return parts


def _refused(name: str, value: str, wanted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {value!r}; it must be {wanted}.")
