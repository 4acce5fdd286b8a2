from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    name = "incubator.tenants"
    label = "tenants"
    verbose_name = _("Startups")

    def ready(self) -> None:
        from incubator.tenants import joining

        joining.listen()
