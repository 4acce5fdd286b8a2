from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "incubator.subsidies"
    label = "subsidies"
