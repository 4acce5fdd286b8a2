"""Who may open and do what with contests and events, and the lists of the public site: rows of the table in `policy.py`."""

from __future__ import annotations

from typing import Any

READERS = frozenset({"owner", "manager", "finance", "officer", "viewer"})
OPERATORS, CASE_PEOPLE = READERS - {"viewer"}, frozenset({"manager", "officer"})
MANAGER, OFFICER, JUDGE = (frozenset({role}) for role in ("manager", "officer", "judge"))
STARTUP = frozenset({"founder", "member"})
KEEPERS, DESK = OPERATORS - {"finance"}, CASE_PEOPLE | {"finance"}
LEADERS = frozenset({"owner", "manager"})
OWNER, FINANCE, FOUNDER, MENTOR = (frozenset({role}) for role in ("owner", "finance", "founder", "mentor"))
MEETING = STARTUP | MENTOR  # both sides of a session
AUDITORS = LEADERS | {"viewer"}
CLAIM_PEOPLE, BOOKKEEPERS = LEADERS | {"finance"}, LEADERS | {"finance", "viewer"}


def contest_rows(Page: Any, PUBLIC: frozenset[str]) -> dict[str, Any]:  # noqa: N803 - named as in the table
    """The rows, made with the table's own class."""
    return {
        # Lists of the public site
        "robots": Page(PUBLIC, 200, 200),
        **dict.fromkeys((f"site:{name}" for name in ("news", "stories", "feed", "search", "sitemap")), Page(PUBLIC, 200, 200)),
        # Contests and events, for everybody
        **dict.fromkeys((f"contests:{name}" for name in ("contests", "contest", "result", "board", "enter", "entry", "entry-step", "events", "event", "follow", "follow-stop")), Page(PUBLIC, 200, 200)),
        **dict.fromkeys((f"contests:{name}" for name in ("entry-withdraw", "ticket", "follow-confirm")), Page(PUBLIC, 200, 302)),
        # Mentors, for everybody
        **dict.fromkeys((f"site:mentors:{name}" for name in ("directory", "profile", "apply")), Page(PUBLIC, 200, 200)),
        # office mentors and training
        **dict.fromkeys((f"office:mentors:{name}" for name in ("mentors", "mentor", "pairings", "pairing", "sessions", "session", "needs", "suggest", "runs", "run", "ledger", "ledger-file", "quality")), Page(READERS, 200, 200)),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("mentor-add", "mentor-change", "interest-add", "interest-end", "pairing-act", "session-act", "need-change", "run-draft", "run-mark")), Page(KEEPERS, 200, 200)),
        **dict.fromkeys((f"office:mentors:mentor-act · {act}" for act in ("review", "approve", "end")), Page(KEEPERS, 200, 200)),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("mentor-invite", "propose", "run-unmark", "run-act · compute")), Page(KEEPERS, 200, 302)),
        "office:mentors:run-act · publish": Page(KEEPERS, 200, {"owner": 302, "manager": 302}),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("account-enter", "account-verify")), Page(OPERATORS, 200, 200)),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("statements", "statement", "rates")), Page(BOOKKEEPERS, 200, 200)),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("statements-draft", "rate-draft")), Page(FINANCE, 200, 200)),
        "office:mentors:statement-act": Page(CLAIM_PEOPLE, 200, {"owner": 302, "manager": 302}),
        "office:mentors:rate-verify": Page(LEADERS, 200, 302),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("training", "class", "certificate-paper")), Page(READERS, 200, 200)),
        **dict.fromkeys((f"office:mentors:{name}" for name in ("course-open", "class-open", "lesson-add", "person-enrol", "lesson-board", "enrolment-act", "certificate-revoke")), Page(KEEPERS, 200, 200)),
        "office:mentors:lesson-list": Page(KEEPERS, 200, 302),
        # portal mentors and training
        "portal:mentors:home": Page(MEETING, 200, 200),
        **dict.fromkeys((f"portal:mentors:{name}" for name in ("profile", "interest-add", "log-new", "session-log", "statement")), Page(MENTOR, 200, 200)),
        **dict.fromkeys((f"portal:mentors:{name}" for name in ("profile-act", "statement-agree")), Page(MENTOR, 200, 302)),
        **dict.fromkeys((f"portal:mentors:{name}" for name in ("need", "find")), Page(FOUNDER, 200, 200, own=True)),
        "portal:mentors:choose": Page(FOUNDER, 200, 302, own=True),
        **dict.fromkeys((f"portal:mentors:{name}" for name in ("pairing", "session-plan", "goal-add", "pairing-act", "session", "session-calendar")), Page(MEETING, 200, 200, own=True)),
        "portal:mentors:goal-move": Page(MEETING, {"founder": 200, "mentor": 200}, {"founder": 200, "mentor": 200}, own=True),
        "portal:mentors:note-write": Page(MEETING, 200, {"founder": 302, "mentor": 302}, own=True),
        "portal:mentors:session-act": Page(MEETING, 200, {"founder": 302}, own=True),
        "portal:mentors:training": Page(STARTUP, 200, 200),
        "portal:mentors:enrol": Page(STARTUP, 200, 302),
        "portal:mentors:attend": Page(STARTUP, 200, 409),
        "portal:mentors:withdraw": Page(STARTUP, {"founder": 200, "member": 404}, {"founder": 302, "member": 404}, own=True),
        "portal:mentors:certificate": Page(STARTUP, {"founder": 200, "member": 404}, {"founder": 200, "member": 404}, own=True),
        # office contests and events
        **dict.fromkeys((f"office:contests:{name}" for name in ("contests", "contest", "entry", "deck", "ranking")), Page(READERS, 200, 200)),
        **dict.fromkeys((f"office:contests:{name}" for name in ("new", "edit")), Page(CASE_PEOPLE, 200, 200)),
        "office:contests:rules": Page(CASE_PEOPLE, 200, 200),
        **dict.fromkeys((f"office:contests:{name}" for name in ("jury", "conflict", "sheet-aside", "certificate-revoke")), Page(MANAGER, 200, 200)),
        "office:contests:seat-remove": Page(MANAGER, 200, 409),
        "office:contests:stage": Page(MANAGER, 200, 409),
        "office:contests:leak": Page(OFFICER, 200, 200),
        **contest_act_rows(Page),
    }


def contest_act_rows(Page: Any) -> dict[str, Any]:  # noqa: N803
    """Acts on contests, events and their own pages."""
    return {
        "office:contests:blind-checked": Page(OFFICER, 200, 302),
        "office:contests:entry-act · pass": Page(OPERATORS, 200, {"officer": 302}),
        **dict.fromkeys((f"office:contests:entry-act · {act}" for act in ("return", "exclude", "disqualify")), Page(OPERATORS, 200, 200)),
        "office:contests:act · publish": Page(OPERATORS, 200, {"manager": 302}),
        "office:contests:act · cancel": Page(OPERATORS, 200, 200),
        "office:contests:act · leaks": Page(OFFICER, 200, 302),
        "office:contests:act · refill": Page(MANAGER, 200, 302),
        "office:contests:act · freeze": Page(OPERATORS, 200, {"owner": 409, "manager": 409, "officer": 409}),
        **dict.fromkeys((f"office:events:{name}" for name in ("events", "event")), Page(READERS, 200, 200)),
        **dict.fromkeys((f"office:events:{name}" for name in ("new", "edit", "act")), Page(CASE_PEOPLE, 200, 200)),
        **dict.fromkeys((f"office:events:{name}" for name in ("door", "attendance")), Page(OPERATORS, 200, 200)),
        "office:events:check-in": Page(OPERATORS, 302, {"manager": 302, "officer": 302}),
        # judges, and the startup's own entries
        "portal:judging:desk": Page(JUDGE, 200, 200),
        "portal:judging:sheet": Page(JUDGE, 200, 302),
        "portal:judging:save": Page(JUDGE, 302, 200),
        "portal:judging:deck": Page(JUDGE, 200, 200),
        "portal:judging:act": Page(JUDGE, 200, 200),
        "portal:contests:own": Page(STARTUP, 200, 200),
    }
