"""The shared table, natively: `python3 -m unittest`. `sclera test` runs it in a component."""

import json
import sys
import unittest
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "../../../guest-sdk/python"))

from app import IocGuard  # noqa: E402
from sclera_sdk.mock import MockHost  # noqa: E402


class Table(unittest.TestCase):
    def test_every_case_has_the_expected_outcome(self) -> None:
        table = json.loads((HERE / "../cases.json").read_text())
        self.assertGreaterEqual(len(table["case"]), 100)
        for case in table["case"]:
            with self.subTest(case["name"]):
                self.check({**table.get("defaults", {}), **case})

    def check(self, case: dict[str, Any]) -> None:
        payload = case["payload"]
        host = MockHost(config=case.get("config"))
        answer = host.handle(IocGuard(), case["hook"], json.loads(payload) if isinstance(payload, str) else payload)
        found: dict[str, Any] = {"outcome": answer.outcome}
        if answer.outcome == "replace":
            found["payload"] = answer.objects
        if answer.outcome == "reject":
            found |= {"reason": answer.reason, "pointer": answer.pointer}
        if answer.actions:
            found["actions"] = [{one.operation: one.kind, "target": one.target, "change": one.change} for one in answer.actions]
        if host.logs:
            found["logs"] = [f"warn: {line.message}" for line in host.logs]
        expected = {key: value for key, value in case["expect"].items() if value != []}
        if isinstance(expected.get("payload"), str):
            expected["payload"] = json.loads(expected["payload"])
        if "logs" not in expected:
            found.pop("logs", None)
        canonical = [json.dumps(one, sort_keys=True) for one in (found, expected)]
        self.assertEqual(*canonical)


if __name__ == "__main__":
    unittest.main()
