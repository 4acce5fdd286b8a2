from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cms.blocks import WORD_BLOCKS
from cms.fields import Body
from cms.models.bilingual import BilingualPage, editor_of
from incubator.accounts.models import Organisation

# Addresses below an organisation's page that belong to views.
TAKEN = frozenset("calculator contests events follow mentors news notices open-data policy search sitemap.xml spaces statistics stories verify".split())


class ArticleKind(models.TextChoices):
    """What an article is: it decides where it is listed."""

    PAGE = "page", gettext_lazy("Page of its own")
    NEWS = "news", gettext_lazy("News")
    STORY = "story", gettext_lazy("Success story")


class ArticleQuerySet(PageQuerySet):
    def told_by(self, organisation: Any, *kinds: str) -> ArticleQuerySet:
        """Published articles of these kinds below an organisation's page, the newest first."""
        home = organisation.home_page
        found = self.live().descendant_of(home).filter(kind__in=kinds)
        return found.select_related("cover").order_by("-shown_on", "-pk")


class ArticlePage(BilingualPage, Page):
    """A page of words and pictures: about us, house rules, an announcement, a story."""

    kind = models.CharField(gettext_lazy("Kind"), max_length=5, choices=ArticleKind.choices, default=ArticleKind.PAGE, help_text=gettext_lazy("News and stories are listed on pages of their own and told to followers."))
    shown_on = models.DateField(gettext_lazy("Date"), default=timezone.localdate)
    source = models.CharField(gettext_lazy("Source or author"), max_length=80, blank=True)
    cover = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("Cover picture"), help_text=gettext_lazy("Set its focal point in the picture's own form, so that a small cut still shows what matters."))
    consent_note = models.CharField(gettext_lazy("Who agreed to be named, and when"), max_length=160, blank=True, help_text=gettext_lazy("For stories: they are published only with it. Not shown on the site."))

    body = Body(WORD_BLOCKS, verbose_name=gettext_lazy("Body"), blank=True)
    body_en = Body(WORD_BLOCKS, verbose_name=gettext_lazy("Body in English"), blank=True)

    template = "cms/article_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.OrganisationHome", "cms.DeploymentHome", "cms.ArticlePage"]
    subpage_types: ClassVar[list[str]] = ["cms.ArticlePage"]
    edit_handler = editor_of(promote=["slug", "show_in_menus", "search_description"], first=["kind", "shown_on", "source", "cover", "consent_note"])

    objects = PageManager.from_queryset(ArticleQuerySet)()

    class Meta:
        verbose_name = gettext_lazy("article")

    def clean(self) -> None:
        """Refuse an address that would never be reached: the ones of views, and of organisations. A story needs consent."""
        super().clean()
        if self.kind == ArticleKind.STORY and not self.consent_note.strip():
            raise ValidationError({"consent_note": _("A story names people or companies: write who agreed, and when.")})
        parent: Any = self.get_parent() if self.path else None
        taken = self.slug in TAKEN or (
            (parent is None or parent.depth == 2) and Organisation.objects.filter(slug=self.slug).exists()
        )
        if taken:
            raise ValidationError({"slug": _("“%(slug)s” is taken by another page. Choose another word.") % {"slug": self.slug}})
