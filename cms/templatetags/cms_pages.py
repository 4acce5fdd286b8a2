"""Tags of the public pages: their style sheet, and marks for words that are not in the reader's language."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cms.models.bilingual import CHINESE, Words
from incubator.core.money import yuan

register = template.Library()


@register.simple_tag
def site_styles() -> SafeString:
    """The style sheet of the public pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/site.css"))


@register.filter
def lang_of(words: Words) -> str | SafeString:
    """` lang="zh-hans"` for words that have no twin in the reader's language."""
    return format_html(' lang="{}"', words.lang) if words.lang else ""


@register.simple_tag
def chinese() -> str | SafeString:
    """The same mark for stored words, which are Chinese always."""
    return "" if get_language() == CHINESE else format_html(' lang="{}"', CHINESE)


@register.filter
def as_yuan(value: Any) -> str:
    """An amount out of a stored payload: "17538.71" → "17,538.71". Anything else stands as it is."""
    try:
        return yuan(Decimal(str(value)))
    except (InvalidOperation, ValueError, TypeError):
        return str(value)
