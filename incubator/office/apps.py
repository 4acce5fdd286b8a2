from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "incubator.office"
    label = "office"
    verbose_name = _("Operator's office")

    def ready(self) -> None:
        from incubator.core import navigation
        from incubator.office.navigation import places

        navigation.register("office", places)
