from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "incubator.notices"
    label = "notices"
