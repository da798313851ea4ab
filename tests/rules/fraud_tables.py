"""The rules of fraud as they ship, and short ones for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.rules import fraud
from app.rules.fraud import FraudRules

SHIPPED_TEXT = (Path(fraud.__file__).with_name("data") / "fraud.json").read_bytes()
SHIPPED = fraud.parse(SHIPPED_TEXT).by_id("any-2026-1")
HEAD = {"id": "t", "country": "*", "from": "2026-01-01T00:00:00Z", "note": 10, "hold": 50, "freeze": 90}
SPANS = {"lasts_s": 30 * 86_400, "gathers_s": 7 * 86_400, "quiet_s": 86_400}


def file(*rules: dict[str, Any], **changed: Any) -> bytes:
    """A file with one version that has these rules."""
    made = [{"id": f"r{i}", "reason": "Because.", **rule} for i, rule in enumerate(rules)]
    return json.dumps({"table": "fraud", "versions": [{**HEAD, **SPANS, "rules": made, **changed}]}).encode()


def rules_of(*rules: dict[str, Any], **changed: Any) -> FraudRules:
    """These rules."""
    return fraud.parse(file(*rules, **changed)).by_id("t")
