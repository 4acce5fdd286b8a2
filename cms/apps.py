from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from cms.navigation import places
        from cms.services import publish_site
        from incubator.core import navigation
        from incubator.core.opening import part_of_opening

        navigation.register("public", places)
        part_of_opening("cms.site", publish_site)
        self.leave_out_tags()

    def leave_out_tags(self) -> None:
        """Tags are one list of words for all organisations, shown in every chooser: pictures and documents have none."""
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        for model in (get_image_model(), get_document_model()):
            model.admin_form_fields = tuple(name for name in model.admin_form_fields if name != "tags")
