"""Finding quoted words in a text that uses full-width digits and stray blanks, and giving the original back."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

from incubator.core.errors import BusinessError


def normalised(text: str) -> tuple[str, list[int]]:
    """The text without blanks and in one width, and for each of its characters the place it came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character):
            if not plain.isspace():
                characters.append(plain)
                places.append(place)
    return "".join(characters), places


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """From which character to which the quote stands in the text; None when it does not occur.

    Looks for the very characters first, then on the normalised copy."""
    at = text.find(quote)
    if quote and at >= 0:
        return at, at + len(quote)
    plain, places = normalised(text)
    wanted, _places = normalised(quote)
    at = plain.find(wanted) if wanted else -1
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class QuoteNotFoundError(BusinessError):
    """The words do not stand in the clause that they are quoted from."""
