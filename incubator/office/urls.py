"""The operators' pages of every app, below /office/<organisation>/."""

from django.urls import include, path

app_name = "office"
urlpatterns: list = []
