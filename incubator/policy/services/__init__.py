"""Every act of policy, by noun: texts, editions, decisions, notices."""

from incubator.policy.services.decisions import ChainCheck, record_decision, verify_decisions
from incubator.policy.services.editions import (
    approve_edition,
    change_edition,
    draft_edition,
    draft_from,
    edition_hash,
    expire_edition,
    is_used,
    remove_parameter,
    return_edition,
    set_parameter,
    submit_edition,
    supersede_edition,
    take_effect,
    verify_parameter,
    withdraw_edition,
)
from incubator.policy.services.notices import (
    close_ended_notices,
    close_notice,
    draft_notice,
    notice_days,
    publish_notice,
    record_notice,
    withdraw_notice,
)
from incubator.policy.services.replies import record_reply
from incubator.policy.services.texts import ClauseText, cite, load_document

__all__ = [
    "ChainCheck",
    "ClauseText",
    "approve_edition",
    "change_edition",
    "cite",
    "close_ended_notices",
    "close_notice",
    "draft_edition",
    "draft_from",
    "draft_notice",
    "edition_hash",
    "expire_edition",
    "is_used",
    "load_document",
    "notice_days",
    "publish_notice",
    "record_decision",
    "record_notice",
    "record_reply",
    "remove_parameter",
    "return_edition",
    "set_parameter",
    "submit_edition",
    "supersede_edition",
    "take_effect",
    "verify_decisions",
    "verify_parameter",
    "withdraw_edition",
    "withdraw_notice",
]
