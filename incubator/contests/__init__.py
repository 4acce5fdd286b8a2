"""Contests 大赛 and events 活动: rules fixed beforehand, entries, blind judging, ranking, certificates; seats, waiting lists, check-in.

Tables: Contest with Track, Criterion, Prize; Entry, EntryMember; JudgeSeat, Conflict, ScoreSheet, LeakHit; Certificate;
Event, Attendee; Follower. The public site (`cms`) and the office show them."""
