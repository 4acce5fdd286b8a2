"""The pages of the people who run the deployment, below /platform/."""

from django.urls import path

from incubator.platform.views import organisations

app_name = "platform"
urlpatterns = [
    path("", organisations.home, name="home"),
]
