from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "incubator.journal"
    label = "journal"

    def ready(self) -> None:
        """Listen at the door: Django and allauth say when somebody comes, fails or goes."""
        from incubator.journal import door

        door.listen()
