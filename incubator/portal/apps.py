from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "incubator.portal"
    label = "portal"

    def ready(self) -> None:
        from incubator.core import navigation
        from incubator.portal.navigation import places

        navigation.register("portal", places)
