"""Pages with Chinese words and, where somebody wrote them, English ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface

CHINESE = "zh-hans"


@dataclass(frozen=True)
class Words:
    """Words of a page. `lang` is set where they are not in the reader's language, so that they can be marked."""

    text: Any
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return str(self.text)


class BilingualPage(models.Model):
    """The English twin of a page's words, and the choice between the two. Chinese is always there."""

    title_en = models.CharField(_("Title in English"), max_length=255, blank=True)
    lead = models.TextField(_("Introduction"), max_length=300, blank=True)
    lead_en = models.TextField(_("Introduction in English"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def words(self, name: str) -> Words:
        """The field `name` in the reader's language; the Chinese words, marked as such, where there are no others."""
        if (get_language() or CHINESE).startswith("zh"):
            return Words(getattr(self, name))
        english = getattr(self, f"{name}_en", None)
        return Words(english) if english else Words(getattr(self, name), CHINESE)

    @property
    def heading(self) -> Words:
        return self.words("title")

    @property
    def introduction(self) -> Words:
        return self.words("lead")

    @property
    def content(self) -> Words:
        return self.words("body")

    @property
    def description(self) -> str:
        """What search engines show: the editor's own description, else the introduction, else the title."""
        return str(self.search_description if get_language() == CHINESE else "") or str(self.introduction) or str(self.heading)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        organisation = getattr(request, "organisation", None)
        return context | {"home_url": f"/{organisation.slug}/" if organisation else "/"}


def editor_of(*, promote: list[str], first: list[str] | None = None) -> TabbedInterface:
    """The form of a page in /cms/: Chinese, English, and how it is found."""
    chinese = [FieldPanel(name) for name in ("title", *(first or []), "lead", "body")]
    english = [FieldPanel(name) for name in ("title_en", "lead_en", "body_en")]
    return TabbedInterface(
        [
            ObjectList(chinese, heading=_("Content")),
            ObjectList(english, heading=_("English content")),
            ObjectList([FieldPanel(name) for name in promote], heading=_("How it is found")),
        ]
    )
