from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "spaces"
    label = "spaces"
    verbose_name = _("Spaces")

    def ready(self) -> None:
        """Make the permission names of this app known."""
        from spaces import permissions  # noqa: F401
