"""The inputs of formulas: an object read key by key, and the frozen terms and facts it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from .exact import BadValueError, UnfitError, map_of, parsed, shown, text


class Source:
    """The keys of one JSON object, read once each; ``finish`` refuses what nobody read."""

    def __init__(self, name: str, values: object) -> None:
        """Take ``terms`` or ``facts`` as name; a list or a word in place of keys is refused."""
        if not isinstance(values, Mapping):
            raise BadValueError(f"{name} is {shown(values)}: give an object with keys")
        self.name = name
        self.values = values
        self.known: list[str] = []

    def required[T](self, key: str, parse: Callable[[object], T]) -> T:
        """Read a key that must be there."""
        value = self.optional(key, parse)
        if value is None:
            state = "is null" if key in self.values else "is missing"
            raise BadValueError(f"{self.name}.{key} {state}: give a value")
        return value

    def optional[T](self, key: str, parse: Callable[[object], T]) -> T | None:
        """Read a key that may be absent or null."""
        self.known.append(key)
        value = self.values.get(key)
        return None if value is None else parsed(f"{self.name}.{key}", value, parse)

    def nullable[T](self, key: str, parse: Callable[[object], T]) -> T | None:
        """Read a key that must be there but may say null."""
        if key not in self.values:
            raise BadValueError(f'{self.name}.{key} is missing: give a value, or null for "none"')
        return self.optional(key, parse)

    def finish(self) -> None:
        """Refuse the keys that nobody read."""
        for key in self.values:
            if key not in self.known:
                raise BadValueError(
                    f"{self.name}.{key} is {shown(self.values[key])}: this key is not known"
                    f" (known: {', '.join(self.known) or 'none'})"
                )


class Given:
    """A frozen dataclass that reads itself from a mapping; base of all facts."""

    kind = "facts"

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys; subclasses name theirs here."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, values: object) -> Self:
        """Read JSON or our own typed values; raises BadValueError naming the key and the value."""
        source = Source(cls.kind, values)
        made = cls.read(source)
        source.finish()
        return made


class Terms(Given):
    """Base of all terms. ``citations`` is optional: term key → the clause that sets it."""

    kind = "terms"
    citations: Mapping[str, str]

    def cited(self, *keys: str) -> str | None:
        """Return the citations of the terms that a step uses, joined, or None."""
        found = dict.fromkeys(self.citations[key] for key in keys if key in self.citations)
        return "；".join(found) or None


def citations(source: Source) -> dict[str, str]:
    """Read the optional ``citations`` of the terms; call it last: it must name known terms."""
    terms = tuple(source.known)

    def term_key(value: object) -> str:
        if value not in terms:
            raise UnfitError(f"cite one of {', '.join(terms) or 'no terms'}")
        return str(value)

    return source.optional("citations", map_of(term_key, text)) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTerms(Terms):
    """For formulas that rest on no rule of a programme."""

    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read nothing but an empty ``citations``."""
        return cls(citations=citations(source))
