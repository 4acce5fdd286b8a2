"""Addresses of contests and events: `office` and `events` (operators), `judging` and `own` (portal), `site` (everybody)."""

from django.urls import path

from incubator.contests.views import acts, entering, guests, judging, portal, public
from incubator.contests.views import events as office_events
from incubator.contests.views import office as office_views

office = [
    path("", office_views.contest_list, name="contests"),
    path("new/", office_views.contest_new, name="new"),
    path("<int:pk>/", office_views.contest, name="contest"),
    path("<int:pk>/edit/", office_views.contest_edit, name="edit"),
    path("<int:pk>/rules/", office_views.rules, name="rules"),
    path("<int:pk>/jury/", office_views.jury, name="jury"),
    path("<int:pk>/jury/<int:seat>/remove/", office_views.seat_remove, name="seat-remove"),
    path("<int:pk>/ranking/", office_views.result_sheet, name="ranking"),
    path("<int:pk>/leaks/<int:hit>/", office_views.leak, name="leak"),
    path("<int:pk>/entries/<int:entry>/", office_views.entry, name="entry"),
    path("<int:pk>/entries/<int:entry>/conflict/", office_views.conflict, name="conflict"),
    path("<int:pk>/entries/<int:entry>/blind/", office_views.blind_checked, name="blind-checked"),
    path("<int:pk>/entries/<int:entry>/deck/<slug:which>/", office_views.deck, name="deck"),
    path("<int:pk>/entries/<int:entry>/<slug:act>/", office_views.entry_act, name="entry-act"),
    path("<int:pk>/sheets/<int:sheet>/aside/", acts.sheet_aside, name="sheet-aside"),
    path("<int:pk>/certificates/<int:certificate>/", acts.certificate, name="certificate"),
    path("<int:pk>/certificates/<int:certificate>/revoke/", acts.certificate_revoke, name="certificate-revoke"),
    path("<int:pk>/stage/", acts.stage, name="stage"),
    path("<int:pk>/<slug:act>/", acts.contest_act, name="act"),
]
events = [
    path("", office_events.event_list, name="events"),
    path("new/", office_events.event_new, name="new"),
    path("<int:pk>/", office_events.event, name="event"),
    path("<int:pk>/edit/", office_events.event_edit, name="edit"),
    path("<int:pk>/door/", office_events.door, name="door"),
    path("<int:pk>/door/<int:attendee>/", office_events.check_in, name="check-in"),
    path("<int:pk>/attendance/", office_events.attendance, name="attendance"),
    path("<int:pk>/evidence/", office_events.evidence, name="evidence"),
    path("<int:pk>/<slug:act>/", office_events.event_act, name="act"),
]
judging_desk = [
    path("", judging.desk, name="desk"),
    path("<int:pk>/", judging.sheet, name="sheet"),
    path("<int:pk>/save/", judging.save, name="save"),
    path("<int:pk>/deck/", judging.deck, name="deck"),
    path("contests/<int:pk>/final/", judging.final, name="final"),
    path("<int:pk>/<slug:act>/", judging.sheet_act, name="act"),
]
own = [path("", portal.own_entries, name="own")]
site = [
    path("contests/", public.contest_list, name="contests"),
    path("contests/<slug:slug>/", public.contest, name="contest"),
    path("contests/<slug:slug>/enter/", entering.enter, name="enter"),
    path("contests/<slug:slug>/result/", public.result, name="result"),
    path("contests/<slug:slug>/board/", public.board, name="board"),
    path("contests/<slug:slug>/entry/<slug:key>/", entering.entry, name="entry"),
    path("contests/<slug:slug>/entry/<slug:key>/withdraw/", entering.entry_withdraw, name="entry-withdraw"),
    path("contests/<slug:slug>/entry/<slug:key>/certificates/<int:certificate>/", entering.entry_certificate, name="entry-certificate"),
    path("contests/<slug:slug>/entry/<slug:key>/<slug:step>/", entering.entry_step, name="entry-step"),
    path("events/", guests.event_list, name="events"),
    path("events/<slug:slug>/", guests.event, name="event"),
    path("events/<slug:slug>/ticket/<slug:key>/", guests.ticket, name="ticket"),
    path("follow/", guests.follow, name="follow"),
    path("follow/<slug:key>/", guests.follow_confirm, name="follow-confirm"),
    path("follow/<slug:key>/stop/", guests.follow_stop, name="follow-stop"),
]
