"""The unit tests, without WebAssembly: `PYTHONPATH=sclera-sdk python3 -m unittest`."""

import unittest

from sclera_sdk import Answer, hook
from sclera_sdk.mock import MockHost

from app import {{name_pascal}}


class Tagging(unittest.TestCase):
    def test_a_new_ioc_is_tagged(self) -> None:
        host = MockHost(config={"tag": "seen"})
        answer = host.handle({{name_pascal}}(), hook.PRELOAD_IOC_CREATE, {"ioc_value": "evil.example", "ioc_tags": "c2"})
        self.assertEqual(answer.objects[0]["ioc_tags"], "c2,seen")

    def test_an_ioc_without_a_value_is_refused(self) -> None:
        answer = MockHost().handle({{name_pascal}}(), hook.PRELOAD_IOC_CREATE, {"ioc_value": ""})
        self.assertEqual(answer, Answer.reject("an IOC needs a value", at="/0/ioc_value"))


if __name__ == "__main__":
    unittest.main()
