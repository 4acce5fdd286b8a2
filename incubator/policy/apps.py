from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "incubator.policy"
    label = "policy"
