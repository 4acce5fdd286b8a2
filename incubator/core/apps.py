from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "incubator.core"
    label = "core"

    def ready(self):
        from incubator.core import checks  # noqa: F401 - importing registers them
