from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from cms.navigation import at_the_foot, places
        from cms.services import publish_site
        from incubator.core import navigation
        from incubator.core.opening import part_of_opening

        navigation.register("public", places)
        navigation.register("foot", at_the_foot)
        part_of_opening("cms.site", publish_site)
        self.leave_out_tags()
        self.hear_of_publications()

    def hear_of_publications(self) -> None:
        """What can be found is written anew, and followers hear of news, when a page is published or taken off."""
        from wagtail.signals import page_published, page_unpublished

        from cms.services import after_publication

        page_published.connect(after_publication, dispatch_uid="cms.published")
        page_unpublished.connect(after_publication, dispatch_uid="cms.unpublished")

    def leave_out_tags(self) -> None:
        """Tags are one list of words for all organisations, shown in every chooser: pictures and documents have none."""
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        for model in (get_image_model(), get_document_model()):
            model.admin_form_fields = tuple(name for name in model.admin_form_fields if name != "tags")
