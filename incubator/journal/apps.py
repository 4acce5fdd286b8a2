from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "incubator.journal"
    label = "journal"
