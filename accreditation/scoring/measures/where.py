"""Where records of a kind are entered: what most measures lead to."""

from typing import Any

LEDGER: dict[str, Any] = {"section": "activities", "kind": "activity"}
STORY: dict[str, Any] = {"section": "stories", "kind": "story"}
EXHIBIT: dict[str, Any] = {"section": "exhibits", "kind": "exhibit"}
USE: dict[str, Any] = {"section": "resources", "kind": "use"}


def tagged(tag: str, kind: str = "") -> dict[str, Any]:
    return LEDGER | {"query": (("tags", tag),) + ((("kind", kind),) if kind else ())}


def told(theme: str, subject: str = "") -> dict[str, Any]:
    extra = (("subject", subject),) if subject else ()
    return STORY | {"query": (("theme", theme), *extra)}
