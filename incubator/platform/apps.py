from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "incubator.platform"
    label = "platform"

    def ready(self) -> None:
        from incubator.core import navigation
        from incubator.platform.navigation import places

        navigation.register("platform", places)
