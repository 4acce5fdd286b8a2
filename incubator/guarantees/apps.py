from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "incubator.guarantees"
    label = "guarantees"
