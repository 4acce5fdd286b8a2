from django.urls import path

from incubator.accounts.views import office as office_views

app_name = "accounts"

office = [
    path("people/", office_views.people, name="people"),
    path("people/give/", office_views.role_give, name="role-give"),
    path("people/<int:pk>/end/", office_views.role_end, name="role-end"),
    path("people/<int:pk>/reset-factor/", office_views.factor_reset, name="factor-reset"),
    path("people/invite/", office_views.invitation_make, name="invite"),
    path("invitations/<int:pk>/again/", office_views.invitation_again, name="invitation-again"),
    path("invitations/<int:pk>/withdraw/", office_views.invitation_withdraw, name="invitation-withdraw"),
    path("roles/", office_views.roles, name="roles"),
]
