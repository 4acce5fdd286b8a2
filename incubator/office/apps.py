from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "incubator.office"
    label = "office"
