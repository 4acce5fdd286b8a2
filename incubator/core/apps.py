from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

OURS = ("incubator", "spaces", "billing", "cms")


class CoreConfig(AppConfig):
    name = "incubator.core"
    label = "core"

    def ready(self) -> None:
        """Make each app's permission names known. Only ours: other packages have modules of that name, too."""
        for config in apps.get_app_configs():
            if config.name.partition(".")[0] in OURS and module_has_submodule(config.module, "permissions"):
                import_module(f"{config.name}.permissions")
