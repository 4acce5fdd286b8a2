"""What the public site is searched by: published words only, cut into pieces of two characters."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from incubator.accounts.models import Organisation


class SearchText(models.Model):
    """One page that can be found. `grams`: each two neighbouring Chinese characters, each Latin word, each number.

    A trigram index cannot help words of two characters; these pieces can, also inside a name: 人参 in 延边人参基地."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=12)
    url = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    day = models.DateField(null=True)
    grams = ArrayField(models.CharField(max_length=60))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "language", "url"], name="search_text_once")]
        indexes = [GinIndex(fields=["grams"], name="search_text_grams")]

    def __str__(self) -> str:
        return self.title


def plain(text: Any) -> str:
    """One width, small letters."""
    return unicodedata.normalize("NFKC", str(text)).lower()


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def grams_of(text: Any) -> list[str]:
    """The pieces of a text: pairs of Chinese characters, whole Latin words and numbers."""
    found: dict[str, None] = {}
    run, word = "", ""
    for char in plain(text) + " ":
        if is_han(char):
            if run:
                found[run[-1] + char] = None
            run += char
        else:
            run = ""
        if char.isalnum() and not is_han(char):
            word += char
        elif word:
            found[word[:60]] = None
            word = ""
    return list(found)
