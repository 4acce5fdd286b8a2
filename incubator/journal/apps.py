from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "incubator.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        """Listen at the door, where Django and allauth say who comes, fails or goes, and to acts on people."""
        from incubator.journal import door, people

        door.listen()
        people.listen()
