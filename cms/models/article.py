from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.blocks import WORD_BLOCKS
from cms.fields import Body
from cms.models.bilingual import BilingualPage, editor_of
from incubator.accounts.models import Organisation

# Addresses below an organisation's page that belong to views.
TAKEN = frozenset({"notices", "policy", "verify"})


class ArticlePage(BilingualPage, Page):
    """A page of words and pictures: about us, house rules, an announcement."""

    body = Body(WORD_BLOCKS, verbose_name=gettext_lazy("Body"), blank=True)
    body_en = Body(WORD_BLOCKS, verbose_name=gettext_lazy("Body in English"), blank=True)

    template = "cms/article_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.OrganisationHome", "cms.DeploymentHome", "cms.ArticlePage"]
    subpage_types: ClassVar[list[str]] = ["cms.ArticlePage"]
    edit_handler = editor_of(promote=["slug", "show_in_menus", "search_description"])

    class Meta:
        verbose_name = gettext_lazy("article")

    def clean(self) -> None:
        """Refuse an address that would never be reached: the ones of views, and of organisations."""
        super().clean()
        parent: Any = self.get_parent() if self.path else None
        taken = self.slug in TAKEN or (
            (parent is None or parent.depth == 2) and Organisation.objects.filter(slug=self.slug).exists()
        )
        if taken:
            raise ValidationError({"slug": _("“%(slug)s” is taken by another page. Choose another word.") % {"slug": self.slug}})
