from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "incubator.bench"
    label = "bench"
