"""The public copy of a claim: only what policy.md (h) shows. Built by naming what may pass, never by removing."""

from __future__ import annotations

from typing import Any

from incubator.tenants.masking import masked_name

SHOWN = ("schema", "shape", "number", "revision", "made_on", "watermark", "period", "programme", "basis", "verify")
SHOWN_OF_LINES = ("no", "party", "item", "month", "claimed", "approved", "code")
SHOWN_OF_FIRMS = ("name", "uscc", "site", "site_kind")


def public_claim(claim: dict[str, Any]) -> dict[str, Any]:
    """The snapshot that the public copy prints and attaches: firms, USCC, months, amounts, programme, clauses.

    No account, phone, address, invoice, certificate, evidence or opinion is in it. A line of a natural person
    (`person` = "yes") keeps the masked name only, and the person is not in the list of firms.
    """
    public = {key: claim[key] for key in SHOWN if key in claim}
    totals = {key: claim["totals"].get(key, "") for key in ("claimed", "claimed_words", "approved", "approved_words")}
    return public | {
        "schema": f"{claim['schema']}.public",
        "applicant": {key: claim["applicant"].get(key, "") for key in SHOWN_OF_FIRMS},
        "totals": totals,
        "lines": [_public_line(line) for line in claim["lines"]],
        "firms": [
            {key: firm[key] for key in ("no", "name", "uscc", "claimed")}
            for firm in claim.get("roster", [])
            if firm.get("person") != "yes"
        ],
    }


def _public_line(line: dict[str, str]) -> dict[str, str]:
    shown = {key: line.get(key, "") for key in SHOWN_OF_LINES}
    return shown | {"party": masked_name(shown["party"])} if line.get("person") == "yes" else shown
