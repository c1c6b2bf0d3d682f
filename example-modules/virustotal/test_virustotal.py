"""The unit tests, without WebAssembly: `PYTHONPATH=../../guest-sdk/python python3 -m unittest`."""

import unittest
from typing import Any

from sclera_sdk import Answer, Config, Error, Ioc, IocType, hook
from sclera_sdk.mock import MockHost

from app import MENU, VirusTotal
from indicator import Indicator, NotAsked
from settings import SCHEMA, Settings

API = "https://www.virustotal.com/api/v3/"


def settings(**config: Any) -> Settings:
    return Settings.of(Config(MockHost(config={"vt_api_key": "k", **config}).config))


def ioc(kind: IocType, value: str, **more: Any) -> dict[str, Any]:
    return {"ioc_id": 12, "ioc_value": value, "ioc_type_id": kind.id, **more}


class Indicators(unittest.TestCase):
    def test_each_kind_is_asked_about_where_the_api_has_it(self) -> None:
        for data, path in [
            (ioc(IocType.IP_DST, "8.8.8.8"), "ip_addresses/8.8.8.8"),
            (ioc(IocType.IP_ANY, "2001:4860:4860:0:0:0:0:8888"), "ip_addresses/2001%3A4860%3A4860%3A%3A8888"),
            (ioc(IocType.DOMAIN, "Evil.Example."), "domains/evil.example"),
            (ioc(IocType.HOSTNAME, "www.evil.example"), "domains/www.evil.example"),
            (ioc(IocType.SHA256, "AB" * 32), "files/" + "ab" * 32),
            (ioc(IocType.MD5, "0" * 32), "files/" + "0" * 32),
            # "http://www.somedomain.com/this/is/my/url" is the API documentation's own example.
            (
                ioc(IocType.URL, "http://www.somedomain.com/this/is/my/url"),
                "urls/aHR0cDovL3d3dy5zb21lZG9tYWluLmNvbS90aGlzL2lzL215L3VybA",
            ),
            ({"ioc_value": "8.8.4.4|53", "ioc_type": {"type_name": "ip-dst|port"}}, "ip_addresses/8.8.4.4"),
            ({"ioc_value": "a.exe|" + "0" * 64, "ioc_type": {"type_name": "filename|sha256"}}, "files/" + "0" * 64),
        ]:
            with self.subTest(path):
                self.assertEqual(Indicator.of(Ioc(data), settings()).path, path)

    def test_what_must_not_or_cannot_be_asked_about_is_not(self) -> None:
        for data, why in [
            (ioc(IocType.IP_ANY, "10.0.0.1"), "it is no address of the public internet"),
            (ioc(IocType.IP_ANY, "evil.example"), "it is not an IP address"),
            (ioc(IocType.HOSTNAME, "printer"), "it is not a full domain name"),
            (ioc(IocType.DOMAIN, "evil.example/../../users"), "it is not a full domain name"),
            (ioc(IocType.SHA256, "0" * 32), "it is not a hash of the type sha256"),
            (ioc(IocType.URL, "ftp://evil.example/"), "it is not a URL with http or https"),
            (ioc(IocType.EMAIL, "a@evil.example"), "VirusTotal has nothing on the type email"),
            ({"ioc_value": "x"}, "VirusTotal has nothing on the type None"),
            (
                ioc(IocType.DOMAIN, "evil.example", ioc_tlp_id=1),
                "it is TLP:RED, and only up to TLP:AMBER is sent to VirusTotal",
            ),
        ]:
            with self.subTest(why), self.assertRaises(NotAsked) as caught:
                Indicator.of(Ioc(data), settings())
            self.assertEqual(str(caught.exception), why)

    def test_a_kind_that_is_not_chosen_is_not_asked_about(self) -> None:
        with self.assertRaises(NotAsked):
            Indicator.of(Ioc(ioc(IocType.DOMAIN, "evil.example")), settings(vt_ioc_types=["ip", "hash"]))


class Handling(unittest.TestCase):
    def handle(self, payload: Any, response: Any, *, event: str = hook.POSTLOAD_IOC_CREATE, **config: Any) -> Answer:
        self.host = MockHost(config={"vt_api_key": "k", **config})
        if response is not None:
            self.host.respond("GET", API + "domains/evil.example", **response)
        return self.host.handle(VirusTotal(), event, payload, menu=MENU)

    def report(self, **attributes: Any) -> dict[str, Any]:
        return {"json": {"data": {"id": "evil.example", "type": "domain", "attributes": attributes}}}

    def tags(self, stats: dict[str, int], tags: str = "", **config: Any) -> Any:
        answer = self.handle(
            ioc(IocType.DOMAIN, "evil.example", ioc_tags=tags), self.report(last_analysis_stats=stats), vt_report_as_attribute=False, **config
        )
        return answer.actions[0].change["tags"] if answer.actions else None

    def test_the_thresholds_decide_the_tag(self) -> None:
        self.assertEqual(self.tags({"malicious": 5, "harmless": 60}), {"add": ["vt:malicious"]})
        self.assertEqual(self.tags({"malicious": 4, "harmless": 60}), {"add": ["vt:suspicious"]})
        self.assertEqual(self.tags({"suspicious": 1}), {"add": ["vt:suspicious"]})
        self.assertIsNone(self.tags({"harmless": 60, "malicious": 0}))
        self.assertEqual(self.tags({"harmless": 60}, vt_tag_harmless=True), {"add": ["vt:harmless"]})
        self.assertEqual(self.tags({"malicious": 1}, vt_malicious_from=1, vt_tag_prefix="x"), {"add": ["x:malicious"]})
        self.assertEqual(self.tags({"malicious": 1}, vt_malicious_from=9, vt_suspicious_from=9), None)

    def test_the_tag_of_an_earlier_verdict_goes(self) -> None:
        self.assertEqual(self.tags({"harmless": 9}, "acme,vt:malicious"), {"remove": ["vt:malicious"]})
        self.assertEqual(self.tags({"malicious": 9}, "vt:suspicious"), {"add": ["vt:malicious"], "remove": ["vt:suspicious"]})

    def test_what_is_so_already_is_not_asked_for_again(self) -> None:
        response = self.report(last_analysis_stats={"malicious": 9})
        first = self.handle(ioc(IocType.DOMAIN, "evil.example"), response)
        change = first.actions[0].change
        after = ioc(IocType.DOMAIN, "evil.example", ioc_tags="vt:malicious", custom_attributes=change["custom_attributes"])
        self.assertEqual(self.handle(after, response), Answer.unchanged())

    def test_an_update_that_leaves_the_value_as_it_was_asks_nobody(self) -> None:
        attributes = {"VT report": {"Indicator": {"type": "input_string", "value": "evil.example"}}}
        payload = ioc(IocType.DOMAIN, "evil.example", custom_attributes=attributes)
        self.assertEqual(self.handle(payload, None, event=hook.POSTLOAD_IOC_UPDATE), Answer.unchanged())
        self.assertEqual(self.host.requests, [])

    def test_what_comes_from_elsewhere_is_escaped(self) -> None:
        nasty = "<script>alert('x')</script>\""
        results = {nasty: {"category": "malicious", "result": nasty}}
        response = self.report(
            last_analysis_stats={nasty: 3}, registrar=nasty, categories={nasty: nasty}, tags=[nasty], last_analysis_results=results
        )
        answer = self.handle(ioc(IocType.DOMAIN, "evil.example"), response)
        html = answer.actions[0].change["custom_attributes"]["VT report"]["Report"]["value"]
        self.assertNotIn("<script", html)
        self.assertEqual(html.count("&lt;script&gt;"), 6)

    def test_what_is_unknown_is_said_and_not_tagged(self) -> None:
        unknown = {"status": 404, "json": {"error": {"code": "NotFoundError", "message": "…"}}}
        answer = self.handle(ioc(IocType.DOMAIN, "evil.example"), unknown, event=hook.MANUAL_TRIGGER_IOC)
        self.assertEqual(answer, Answer().say("evil.example: unknown to VirusTotal"))
        answer = self.handle(ioc(IocType.DOMAIN, "evil.example"), unknown, vt_tag_unknown=True)
        self.assertEqual(answer.actions[0].change["tags"], {"add": ["vt:unknown"]})

    def test_an_answer_of_another_shape_is_an_error_or_less_of_a_report(self) -> None:
        for response in [{"body": "<html>"}, {"json": []}, {"json": {"data": []}}, {"json": {"data": {"attributes": 3}}}]:
            with self.subTest(response), self.assertRaises(Error) as caught:
                self.handle(ioc(IocType.DOMAIN, "evil.example"), response)
            self.assertEqual(caught.exception.code, "virustotal-answer")
        odd = self.report(last_analysis_stats=[1], asn="x", size=None, last_analysis_date=10**30, last_analysis_results=[1])
        answer = self.handle(ioc(IocType.DOMAIN, "evil.example"), odd, event=hook.MANUAL_TRIGGER_IOC)
        self.assertEqual(answer.message, "evil.example: not analysed yet")

    def test_errors_say_whether_to_try_again(self) -> None:
        for status, code, retryable in [
            (401, "virustotal-credentials", False),
            (403, "virustotal-credentials", False),
            (429, "virustotal-quota", True),
            (503, "virustotal-unavailable", True),
            (400, "virustotal-answer", False),
        ]:
            with self.subTest(status), self.assertRaises(Error) as caught:
                self.handle(ioc(IocType.DOMAIN, "evil.example"), {"status": status, "body": "no JSON"})
            self.assertEqual((caught.exception.code, caught.exception.retryable), (code, retryable))


class Registering(unittest.TestCase):
    def test_only_the_chosen_hooks_are_asked_for(self) -> None:
        subscriptions = MockHost(config={"vt_api_key": "k", "vt_on_update": False}).register(VirusTotal())
        self.assertEqual([one.hook for one in subscriptions], [hook.POSTLOAD_IOC_CREATE, hook.MANUAL_TRIGGER_IOC])
        self.assertEqual((subscriptions[1].menu, subscriptions[1].asynchronous), (MENU, False))

    def test_every_setting_has_a_description_and_its_default_is_the_one_in_force(self) -> None:
        defaults = settings()
        for name, property in SCHEMA["properties"].items():
            self.assertTrue(property["description"], name)
            if "default" in property:
                value = getattr(defaults, name.removeprefix("vt_").replace("ioc_types", "kinds"))
                self.assertEqual(getattr(value, "text", value), frozenset(property["default"]) if name == "vt_ioc_types" else property["default"])


if __name__ == "__main__":
    unittest.main()
