import logging
import unittest

from sclera_sdk import Action, Answer, Config, Description, Error, Event, Hooks, Ioc, Module, Reject, hook, http
from sclera_sdk.mock import LogLine, MockHost

log = logging.getLogger("tagger")


class Tagger(Module):
    def describe(self) -> Description:
        return Description("tagger", "1.0.0", "Tags.").ask("http", {"origins": ["https://a.example"]}, "asks")

    def register(self, hooks: Hooks, config: Config) -> None:
        hooks.subscribe(hook.PRELOAD_IOC_CREATE, priority=-10, on_failure={"any": "reject"})
        hooks.subscribe(hook.MANUAL_TRIGGER_IOC, menu="Tag", synchronous=True)
        hooks.register_to_hook("on_postload_ioc_create")

    def handle(self, event: Event, config: Config) -> Answer | None:
        if event.hook == hook.PRELOAD_IOC_CREATE:
            return event.edit(Ioc, lambda ioc: self.tag(ioc, config))
        if event.hook == hook.POSTLOAD_IOC_CREATE:
            return None
        log.warning("asked by %s", event.triggered_by)
        response = http.get("https://a.example/v1", headers={"X-Key": config.text("key", "")}, timeout=3)
        return Answer().act(Action.update("ioc", 4).add_tag(response.json()["tag"])).say(f"case {event.metadata.case_id}")

    def tag(self, ioc: Ioc, config: Config) -> None:
        if not ioc.ioc_value:
            raise Reject("an IOC needs a value", at="/ioc_value")
        ioc.ioc_tags.add(config.text("tag"))


class Handling(unittest.TestCase):
    def setUp(self) -> None:
        self.host = MockHost(config={"tag": "new", "key": "k"})

    def test_an_edit_that_changes_something_replaces_the_payload(self) -> None:
        big = 2**64 - 1
        answer = self.host.handle(Tagger(), hook.PRELOAD_IOC_CREATE, [{"z": big, "ioc_value": "a"}, Ioc({"ioc_value": "b"})])
        expected = [{"z": big, "ioc_value": "a", "ioc_tags": "new"}, {"ioc_value": "b", "ioc_tags": "new"}]
        self.assertEqual(answer, Answer.replace(expected))
        self.assertEqual(list(answer.objects[0]), ["z", "ioc_value", "ioc_tags"], "in the order that it came in")

    def test_an_edit_that_changes_nothing_leaves_the_payload_unchanged(self) -> None:
        answer = self.host.handle(Tagger(), hook.PRELOAD_IOC_CREATE, {"ioc_value": "a", "ioc_tags": "new"})
        self.assertEqual(answer, Answer.unchanged())

    def test_a_change_that_python_takes_for_none_is_one(self) -> None:
        class Flag(Tagger):
            def handle(self, event: Event, config: Config) -> Answer:
                def edit(ioc: Ioc) -> None:
                    ioc.data["n"] = 1

                return event.edit(Ioc, edit)

        answer = self.host.handle(Flag(), hook.PRELOAD_IOC_CREATE, {"n": True})
        self.assertEqual(answer.outcome, "replace")

    def test_a_rejection_points_into_the_list(self) -> None:
        answer = self.host.handle(Tagger(), hook.PRELOAD_IOC_CREATE, [{"ioc_value": "a"}, {}])
        self.assertEqual(answer, Answer.reject("an IOC needs a value", at="/1/ioc_value"))

    def test_a_handler_that_returns_nothing_leaves_the_payload_unchanged(self) -> None:
        self.assertEqual(self.host.handle(Tagger(), hook.POSTLOAD_IOC_CREATE, {}), Answer.unchanged())

    def test_actions_messages_logs_and_requests_are_seen(self) -> None:
        self.host.respond("GET", "https://a.example/v1", json={"tag": "seen"})
        answer = self.host.handle(Tagger(), hook.MANUAL_TRIGGER_IOC, {"ioc_id": 4}, menu="Tag", metadata={"case_id": 9})
        self.assertEqual(answer.actions[0].change, {"tags": {"add": ["seen"]}})
        self.assertEqual(answer.message, "case 9")
        self.assertEqual(self.host.logs, [LogLine("WARNING", "tagger", "asked by ada")])
        self.assertEqual(self.host.requests[0].headers["x-key"], "k")
        self.assertEqual(self.host.requests[0].timeout, 3)

    def test_a_request_without_an_answer_is_refused(self) -> None:
        with self.assertRaises(http.Refused):
            self.host.handle(Tagger(), hook.MANUAL_TRIGGER_IOC, {})

    def test_a_timeout_is_an_error_that_can_be_tried_again(self) -> None:
        self.host.respond("GET", "https://a.example/v1", error=http.TimedOut("late"))
        with self.assertRaises(Error) as caught:
            self.host.handle(Tagger(), hook.MANUAL_TRIGGER_IOC, {})
        self.assertEqual((caught.exception.code, caught.exception.retryable), ("http-timeout", True))

    def test_an_answer_that_the_contract_does_not_allow_is_bad_output(self) -> None:
        class Wrong(Tagger):
            def __init__(self, answer: object) -> None:
                self.answer = answer

            def handle(self, event: Event, config: Config) -> Answer:
                return self.answer  # type: ignore[return-value]

        cases = [
            (hook.POSTLOAD_IOC_CREATE, Answer.reject("no")),
            (hook.PRELOAD_IOC_CREATE, Answer.replace([])),
            (hook.PRELOAD_IOC_CREATE, Answer.replace([{"a": float("nan")}])),
            (hook.PRELOAD_IOC_CREATE, Answer().act(Action("update", "ioc", None))),
            (hook.PRELOAD_IOC_CREATE, {"ioc_value": "a"}),
        ]
        for name, answer in cases:
            with self.subTest(answer=answer), self.assertRaises(Error) as caught:
                self.host.handle(Wrong(answer), name, {})
            self.assertEqual(caught.exception.code, "bad-output")


class Registering(unittest.TestCase):
    def test_the_defaults_are_those_of_iris(self) -> None:
        preload, manual, postload = MockHost().register(Tagger())
        self.assertEqual((preload.asynchronous, preload.priority, preload.on_failure), (False, -10, {"any": "reject"}))
        self.assertEqual((manual.asynchronous, manual.menu), (False, "Tag"))
        self.assertEqual((postload.asynchronous, postload.menu), (True, None))

    def test_what_cannot_be_asked_for_is_an_error(self) -> None:
        cases = {
            "unknown-hook": {"hook": "on_postload_ioc_creat"},
            "invalid-menu-name": {"hook": hook.MANUAL_TRIGGER_IOC, "menu": "a\nb"},
            "invalid-failure-policy": {"hook": hook.POSTLOAD_IOC_CREATE, "on_failure": {"any": "reject"}},
        }
        for code, asked in cases.items():

            class Asking(Tagger):
                def register(self, hooks: Hooks, config: Config) -> None:
                    hooks.subscribe(**asked)  # type: ignore[arg-type]  # noqa: B023

            with self.subTest(code=code), self.assertRaises(Error) as caught:
                MockHost().register(Asking())
            self.assertEqual(caught.exception.code, code)

    def test_all_hooks_are_there_once(self) -> None:
        self.assertEqual(len(set(hook.ALL)), 58)
        self.assertEqual(hook.PRELOAD_IOC_CREATE, "on_preload_ioc_create")


class Requests(unittest.TestCase):
    def test_a_url_becomes_what_http_carries(self) -> None:
        request = http.Request("GET", "https://a.example:8443/a b/%2f?q=ü&r=%20", http.Headers(), b"", 1)
        self.assertEqual((request.scheme, request.authority), ("https", "a.example:8443"))
        self.assertEqual(request.target, "/a%20b/%2f?q=%C3%BC&r=%20")
        for url in ["/only/a/path", "file:///etc/passwd", "https:///nothing"]:
            with self.subTest(url=url), self.assertRaises(http.Invalid):
                http.Request("GET", url, http.Headers(), b"", 1)

    def test_a_status_that_is_no_success_is_an_error_that_may_be_worth_another_attempt(self) -> None:
        for status, retryable in [(301, False), (401, False), (404, False), (429, True), (500, True), (503, True)]:
            with self.subTest(status), self.assertRaises(http.BadStatus) as caught:
                http.Response(status, http.Headers(), b"no\n").success()
            self.assertEqual((caught.exception.code, caught.exception.retryable), ("http-status", retryable))
            self.assertEqual(caught.exception.message, f"the server answered {status}: `no\\n`")
        response = http.Response(204, http.Headers(), b"")
        self.assertIs(response.success(), response)

    def test_a_body_that_is_not_json_is_a_bad_answer(self) -> None:
        with self.assertRaises(ValueError) as caught:
            http.Response(200, http.Headers(), b"<html>").json()
        self.assertIsInstance(caught.exception, http.BadAnswer)
        self.assertRegex(str(caught.exception), "`<html>` .http-bad-answer.")

    def test_headers_are_found_in_any_case(self) -> None:
        headers = http.Headers([("X-A", "1"), ("x-a", "2")])
        self.assertEqual((headers["X-a"], headers.get("nothing"), len(headers)), ("1, 2", None, 1))


if __name__ == "__main__":
    unittest.main()
