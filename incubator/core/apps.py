from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

OURS = ("incubator", "spaces", "billing", "mentors", "cms")
REGISTERED_WHEN_READ = ("permissions", "formulas", "personal", "invariants")


class CoreConfig(AppConfig):
    name = "incubator.core"
    label = "core"

    def ready(self) -> None:
        """Read each app's permission names, formulas, personal data and invariants. Only ours: other packages have modules of these names, too."""
        from incubator.core import checks  # noqa: F401 - importing registers them

        for config in apps.get_app_configs():
            for name in REGISTERED_WHEN_READ:
                if config.name.partition(".")[0] in OURS and module_has_submodule(config.module, name):
                    import_module(f"{config.name}.{name}")
