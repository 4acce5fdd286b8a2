from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "incubator.office"
    label = "office"

    def ready(self) -> None:
        from incubator.core import navigation
        from incubator.office.navigation import places

        navigation.register("office", places)
