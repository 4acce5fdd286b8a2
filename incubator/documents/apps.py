from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "incubator.documents"
    label = "documents"
