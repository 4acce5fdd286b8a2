from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Page, PageManager, PagePermissionTester
from wagtail.query import PageQuerySet

from cms import live
from cms.blocks import ORGANISATION_BLOCKS, WORD_BLOCKS
from cms.fields import Body
from cms.models.bilingual import BilingualPage, editor_of
from incubator.accounts.models import Organisation


class DeploymentHome(BilingualPage, Page):
    """The first page of the deployment: what it is, which organisations work here, the policy library."""

    body = Body(WORD_BLOCKS, verbose_name=_("Body"), blank=True)
    body_en = Body(WORD_BLOCKS, verbose_name=_("Body in English"), blank=True)

    template = "cms/deployment_home.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["cms.OrganisationHome", "cms.ArticlePage"]
    edit_handler = editor_of(promote=["search_description"])

    class Meta:
        verbose_name = _("page of the deployment")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        homes = OrganisationHome.objects.on_the_site()
        return super().get_context(request, *args, **kwargs) | {"homes": homes, "texts": live.shared_texts()}


class Accent(models.TextChoices):
    """The colours of an organisation's pages: tokens of the house, tested for contrast in both themes."""

    JADE = "jade", _("Jade")
    INDIGO = "indigo", _("Indigo")
    AMBER = "amber", _("Amber")
    RED = "red", _("Cinnabar")


class HomePermissions(PagePermissionTester):
    """An organisation's page is made and taken away by `publish_site` only."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_copy(self) -> bool:
        return False


class OrganisationHomeQuerySet(PageQuerySet):
    def on_the_site(self) -> OrganisationHomeQuerySet:
        """Published pages of organisations, by name."""
        return self.live().select_related("organisation").order_by("title", "pk")


class OrganisationHome(BilingualPage, Page):
    """The page of an organisation, at its own address /<slug>/. Its editors and their pictures hang on it."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="home_page", editable=False)
    editors = models.OneToOneField(Group, models.PROTECT, null=True, related_name="edited_site", editable=False)
    collection = models.OneToOneField(Collection, models.PROTECT, null=True, related_name="+", editable=False)
    accent = models.CharField(_("Colour"), max_length=8, choices=Accent.choices, default=Accent.JADE, help_text=_("Each of them is readable on light and on dark ground."))
    logo = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Logo"), help_text=_("Shown in front of the page's title, at most 64 pixels high."))
    needs_two = models.BooleanField(_("Published by two"), default=False, help_text=_("Whoever wrote the last draft of a page cannot publish it: a second editor does."))
    body = Body(ORGANISATION_BLOCKS, verbose_name=_("Body"), blank=True)
    body_en = Body(ORGANISATION_BLOCKS, verbose_name=_("Body in English"), blank=True)

    template = "cms/organisation_home.html"
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = ["cms.DeploymentHome"]
    subpage_types: ClassVar[list[str]] = ["cms.ArticlePage"]
    edit_handler = editor_of(promote=["search_description", "accent", "logo", "needs_two"])

    objects = PageManager.from_queryset(OrganisationHomeQuerySet)()

    class Meta:
        verbose_name = _("page of an organisation")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """The address is the organisation's, whatever the title says."""
        self.slug = self.organisation.slug
        super().full_clean(*args, **kwargs)

    def permissions_for_user(self, user: Any) -> HomePermissions:
        return HomePermissions(user, self)
