"""From where somebody came to the door, only as fine as an owner needs it: kind of browser, system, and network."""

from __future__ import annotations

import ipaddress

# The first that fits: most browsers also name those that they descend from.
BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("OPR/", "Opera"), ("QQBrowser", "QQ Browser"), ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"), ("MiuiBrowser", "Xiaomi Browser"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def coarse_device(agent: str) -> str:
    """Write “Chrome · Windows” out of what the browser says about itself; nothing where it says nothing known."""
    found = (next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS))
    return " · ".join(name for name in found if name)


def coarse_network(address: str | None) -> str:
    """The first half of a network address: enough to see "elsewhere", too little to find a household."""
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return ".".join([*address.split(".")[:2], "*", "*"])
    return ":".join([*parsed.exploded.split(":")[:2], "*"])
