"""Tags of the public pages: their style sheet, and marks for words that are not in the reader's language."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.conf import settings
from django.core.cache import cache
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

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


@register.simple_tag
def site_kind(kind: str) -> Any:
    """What kind of page was found, in words."""
    return {
        "page": _("Page"), "news": _("News"), "story": _("Success story"), "contest": _("Contest"), "event": _("Event"), "space": _("Space"), "policy": _("Policy"),
    }.get(kind, kind)  # fmt: skip


@register.simple_tag(takes_context=True)
def open_graph(context: template.Context, title: Any, description: Any, kind: str = "website", picture: Any = None) -> SafeString:
    """What a shared link shows: title, sentence, address, language, picture."""
    request, organisation = context["request"], context.get("organisation")
    language = (get_language() or CHINESE).replace("zh-hans", "zh_CN").replace("en", "en_US")
    pairs = [
        ("og:type", kind), ("og:title", title), ("og:description", str(description)[:200]), ("og:url", settings.SITE_URL + request.path),
        ("og:site_name", organisation.name if organisation else settings.WAGTAIL_SITE_NAME), ("og:locale", language),
    ]  # fmt: skip
    if picture:
        pairs.append(("og:image", settings.SITE_URL + picture.get_rendition("fill-1200x630").url))
    canonical = format_html('<link rel="canonical" href="{}">', settings.SITE_URL + request.path)
    return canonical + format_html_join("", '<meta property="{}" content="{}">', pairs)


@register.simple_tag
def structured(page: Any, organisation: Any) -> SafeString:
    """The same facts for machines (schema.org), as data that runs nothing."""
    told: dict[str, Any] = {"@context": "https://schema.org"}
    place = {"@type": "Organization", "name": organisation.name, "url": f"{settings.SITE_URL}/{organisation.slug}/", "telephone": organisation.contact_phone, "address": organisation.address}
    if hasattr(page, "shown_on"):
        told |= {"@type": "NewsArticle" if page.kind == "news" else "Article", "headline": str(page.heading), "datePublished": page.shown_on.isoformat(), "publisher": place}
    elif hasattr(page, "starts_at"):
        told |= {"@type": "Event", "name": page.name, "startDate": page.starts_at.isoformat(), "endDate": page.ends_at.isoformat(), "location": page.place, "organizer": place}
    else:
        told |= place
    data = json.dumps(told, ensure_ascii=False).translate({ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"})
    return format_html('<script type="application/ld+json">{}</script>', SafeString(data))


@register.simple_tag(takes_context=True)
def body_of(context: template.Context, page: Any) -> SafeString:
    """The blocks of a page. Those of an organisation's page read many tables: they are kept for a minute, by revision and
    language, so that what was published shows at once."""
    organisation = context.get("organisation")
    key = f"cms:body:{page.pk}:{page.latest_revision_id}:{get_language()}:{context['request'].GET.get('page', '')}"
    kept = cache.get(key) if organisation and not getattr(context["request"], "is_preview", False) else None
    if kept is None:
        kept = str(SafeString("").join(block.render_as_block(context.flatten()) if hasattr(block, "render_as_block") else block.render(context.flatten()) for block in page.content.text))
        if organisation and not getattr(context["request"], "is_preview", False):
            cache.set(key, kept, 60)
    return SafeString(kept)
