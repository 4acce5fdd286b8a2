from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "incubator.policy"
    label = "policy"
    verbose_name = _("Policy")

    def ready(self) -> None:
        """Make the permission names of this app known."""
        from incubator.policy import permissions  # noqa: F401
