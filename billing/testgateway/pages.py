"""The test gateway's two pages, in Chinese and English at once: it does not know who reads."""

from __future__ import annotations

from html import escape
from typing import Any

from billing.testgateway.ledger import WAY, Gateway

STYLE = """
:root{color-scheme:light dark;--ink:#1c2b26;--paper:#f6f7f4;--card:#fff;--line:#d9ded8;--go:#0b6b4f;--warn:#8a4b00;--warnbg:#fff1d6}
@media (prefers-color-scheme:dark){:root{--ink:#e8efec;--paper:#121615;--card:#1c2220;--line:#35403b;--go:#4cc9a0;--warn:#ffd08a;--warnbg:#3a2a10}}
fieldset{border:0;padding:0;margin:0}*{box-sizing:border-box}body{margin:0;font:16px/1.6 system-ui,"PingFang SC","Noto Sans SC",sans-serif;color:var(--ink);background:var(--paper)}
.banner{background:var(--warnbg);color:var(--warn);padding:.75rem 1rem;text-align:center;font-weight:600}
main{max-width:30rem;margin:2rem auto;padding:0 1rem}main.wide{max-width:64rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.5rem;margin-bottom:1rem}
.amount{font-size:2.25rem;font-weight:700;margin:.25rem 0 1rem}label{display:flex;gap:.75rem;align-items:center;border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;margin:.5rem 0;cursor:pointer}
button,.button{font:inherit;width:100%;border-radius:8px;padding:.75rem 1rem;border:1px solid var(--line);background:none;color:inherit;cursor:pointer;margin-top:.75rem;display:block;text-align:center;text-decoration:none}
button.go{background:var(--go);border-color:var(--go);color:var(--card);font-weight:600}.muted{opacity:.75;font-size:.875rem}
.row{display:flex;flex-wrap:wrap;gap:.5rem}.row form{flex:0 0 auto}.row button{width:auto;margin:0;padding:.25rem .75rem}code{overflow-wrap:anywhere}
"""
BANNER = "测试网关 TEST — 不会发生真实扣款 No real money moves"


def page(title: str, body: str, *, wide: bool = False) -> str:
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f'<body><div class="banner" role="status">{BANNER}</div><main{" class=wide" if wide else ""}>{body}</main></body></html>'
    )


def checkout(session: dict[str, Any]) -> str:
    """Where the payer chooses a way and pays or declines."""
    yuan, back = f"¥{session['amount_total'] / 100:,.2f}", escape(session["cancel_url"], quote=True)
    if session["status"] != "open":
        said = "已支付 Paid" if session["payment_status"] == "paid" else "此支付页面已关闭 This page is closed"
        return page("支付 Pay", f'<div class="card"><h1>{said}</h1><p class="amount">{yuan}</p><a class="button" href="{back}">返回 Back</a></div>')
    ways = "".join(
        f'<label><input type="radio" name="method" value="{escape(one)}"{" checked" if place == 0 else ""}> {escape(WAY.get(one, one))}</label>'
        for place, one in enumerate(session["payment_method_types"])
    )
    return page("支付 Pay", (
        f'<div class="card"><p class="muted">账单 Bill {escape(session["description"])}</p><h1 class="amount">{yuan}</h1>'
        f'<form method="post"><fieldset><legend>支付方式 Way to pay</legend>{ways}</fieldset>'
        f'<button class="go" name="act" value="pay">支付 Pay {yuan}</button><button name="act" value="decline">模拟银行拒付 Decline</button></form>'
        f'<a class="button" href="{back}">返回，不支付 Back without paying</a></div>'
    ))  # fmt: skip


def control(gate: Gateway) -> str:
    """Every event with what became of it, and the tricks that can be played with it."""
    tricks = (("replay", "重放 Replay"), ("forge", "伪造签名 Forge"), ("stale", "过期签名 400 s"), ("amount", "金额改为 0.01"), ("currency", "改币种 USD"), ("live", "改为正式 Live"), ("new_id", "新编号 New id"))
    rows = []
    for place, one in reversed(list(enumerate(gate.deliveries))):
        buttons = "".join(f'<form method="post" action="/send/{place}/{name}"><button>{label}</button></form>' for name, label in tricks)
        log = "".join(f"<li>{escape(line)}</li>" for line in one.log[-8:])
        rows.append(f'<div class="card"><strong>{escape(one.event["type"])}</strong> · {escape(one.organisation)} <p class="muted"><code>{escape(one.event["id"])}</code></p><ul>{log}</ul><div class="row">{buttons}</div></div>')
    lost = "已开启：事件不再送达 On: events are lost" if gate.lose_events else "丢弃之后的事件 Lose the next events"
    nothing = '<p class="muted">还没有事件。No event yet.</p>'
    return page("测试网关 Test gateway", f'<h1>事件 Events</h1><form method="post" action="/lose"><button>{lost}</button></form><br>{"".join(rows) or nothing}', wide=True)


def missing() -> str:
    return page("404", '<div class="card"><h1>此处没有页面 Nothing here</h1></div>')
