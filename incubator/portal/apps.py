from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "incubator.portal"
    label = "portal"
    verbose_name = _("Startup's pages")

    def ready(self) -> None:
        from incubator.core import navigation
        from incubator.portal.navigation import places

        navigation.register("portal", places)
