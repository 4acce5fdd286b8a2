"""The startups' pages of every app, below /portal/<organisation>/."""

from django.urls import include, path

app_name = "portal"
urlpatterns: list = []
