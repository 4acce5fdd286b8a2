from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "incubator.journal"
    label = "journal"

    def ready(self) -> None:
        """Listen at the door, where Django and allauth say who comes, fails or goes, and to acts on people."""
        from incubator.journal import door, people

        door.listen()
        people.listen()
