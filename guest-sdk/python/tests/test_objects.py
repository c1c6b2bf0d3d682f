import json
import unittest

from sclera_sdk import Asset, Case, Evidence, GlobalTask, Ioc, IocType, Note, Report, Task, TimelineEvent, Tlp
from sclera_sdk import jsontext, merge

VIEWS = [Ioc, Asset, Note, TimelineEvent, Evidence, Task, GlobalTask, Case, Report]


class Views(unittest.TestCase):
    def test_whatever_a_client_sends_survives_a_view_unchanged(self) -> None:
        texts = [
            "{}",
            '{"ioc_value":null,"ioc_type_id":null,"ioc_tags":null,"custom_attributes":null,"case_id":null}',
            '{"ioc_value":7,"ioc_type_id":"20","ioc_tlp_id":99,"ioc_tags":["a"],"custom_attributes":"none"}',
            '{"ioc_value":"","ioc_tags":" a ,, b,","ioc_tlp_id":"","tags":"x, y","id":"4"}',
            '{"z":{"deep":[1,2.5,-0.0,18446744073709551615,-9223372036854775808,null,{"":""}]},"a":{"id":1}}',
            '{"asset_name":"😀 \\u0000 \u202e","event_in_graph":"maybe","file_size":1.5,"event_assets":["3",null]}',
            '{"custom_attributes":{"tab":{"field":{"type":"html","value":"<b>","mandatory":false,"x":1}}}}',
        ]
        for text in texts:
            for view in VIEWS:
                with self.subTest(view=view.__name__, text=text):
                    one = view(json.loads(text))
                    for name in dir(view):
                        getattr(one, name)
                    self.assertEqual(jsontext.dumps(one), text)

    def test_a_field_reads_what_fits_and_nothing_else(self) -> None:
        ioc = Ioc({"ioc_type_id": " 20 ", "ioc_value": 7, "ioc_tlp_id": "1", "ioc_id": True})
        self.assertEqual((ioc.ioc_type_id, ioc.ioc_value, ioc.ioc_tlp_id, ioc.ioc_id), (20, None, Tlp.RED, None))
        event = TimelineEvent({"event_assets": ["3", 4], "event_iocs": [None], "event_in_graph": "true"})
        self.assertEqual((event.event_assets, event.event_iocs, event.event_in_graph), ([3, 4], None, True))

    def test_a_field_is_set_and_taken_away(self) -> None:
        ioc = Ioc({"ioc_value": "a", "ioc_tlp_id": 2})
        ioc.ioc_value = "b"
        ioc.ioc_tlp_id = Tlp.AMBER_STRICT
        del ioc.ioc_description
        self.assertEqual(ioc.data, {"ioc_value": "b", "ioc_tlp_id": 5})
        del ioc.ioc_value
        self.assertNotIn("ioc_value", ioc)

    def test_an_object_is_known_by_the_id_of_its_kind(self) -> None:
        self.assertEqual(Ioc({"ioc_id": 17, "case_id": 4}).id, 17)
        self.assertEqual(Task({"id": 23}).id, 23)
        self.assertEqual(Evidence({"evidence_id": 4}).id, 4, "as a delete has it")
        self.assertEqual(GlobalTask({"task_id": "31"}).id, 31)
        self.assertIsNone(Case({"case_name": "new"}).id)

    def test_tags_are_added_and_removed_once(self) -> None:
        ioc = Ioc()
        self.assertTrue(ioc.ioc_tags.add("a"))
        self.assertFalse(ioc.ioc_tags.add(" a "))
        self.assertTrue(ioc.ioc_tags.add("b,c"))
        self.assertTrue(ioc.ioc_tags.remove("b"))
        self.assertFalse(ioc.ioc_tags.remove("b"))
        self.assertEqual(ioc.data, {"ioc_tags": "a,c"})

    def test_tags_that_do_not_change_keep_their_spelling(self) -> None:
        ioc = Ioc({"ioc_tags": " a ,, b,"})
        ioc.ioc_tags.add("a")
        ioc.ioc_tags.remove("z")
        self.assertEqual(ioc.data, {"ioc_tags": " a ,, b,"})
        self.assertEqual(list(ioc.ioc_tags), ["a", "b"])
        self.assertIn(" b ", ioc.ioc_tags)

    def test_a_custom_attribute_keeps_its_type_and_its_neighbours(self) -> None:
        ioc = Ioc({"custom_attributes": {"Sighting": {"By": {"type": "html", "value": "x", "mandatory": True}}}})
        self.assertEqual(ioc.custom_attributes.get("Sighting", "By"), "x")
        ioc.custom_attributes.set("Sighting", "By", "proxy")
        ioc.custom_attributes.set("Verdict", "Score", 7)
        self.assertEqual(
            ioc.data["custom_attributes"],
            {
                "Sighting": {"By": {"type": "html", "value": "proxy", "mandatory": True}},
                "Verdict": {"Score": {"type": "input_string", "value": 7}},
            },
        )
        self.assertIsNone(Ioc({"custom_attributes": [1]}).custom_attributes.get("a", "b"))

    def test_the_kind_of_an_ioc_is_known_by_id_and_else_by_name(self) -> None:
        for data, kind in [
            ({"ioc_type_id": 113}, IocType.SHA256),
            ({"ioc_type_id": "113"}, IocType.SHA256),
            ({"ioc_type_id": 9000, "ioc_type": {"type_name": "sha256"}}, IocType.SHA256),
            ({"ioc_type_id": 113, "ioc_type": {"type_name": "url"}}, IocType.SHA256),
            ({"ioc_type_id": 1}, None),
            ({"ioc_type_id": "²"}, None),
            ({"ioc_type": "sha256"}, None),
        ]:
            self.assertIs(Ioc(data).kind, kind, data)

    def test_tlp_is_compared_by_how_restrictive_it_is(self) -> None:
        self.assertLess(Tlp.AMBER, Tlp.AMBER_STRICT)
        self.assertEqual(max(Tlp), Tlp.RED)
        self.assertIs(Tlp.from_name("Amber+Strict"), Tlp.AMBER_STRICT)
        self.assertIsNone(Tlp.from_id(9))


class Merge(unittest.TestCase):
    def test_the_test_cases_of_the_rfc_hold(self) -> None:
        for target, patch, expected in [
            ({"a": "b"}, {"a": "c"}, {"a": "c"}),
            ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
            ({"a": "b"}, {"a": None}, {}),
            ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
            ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
            ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
            (["a", "b"], ["c", "d"], ["c", "d"]),
            ({"a": "b"}, ["c"], ["c"]),
            ({"a": "foo"}, None, None),
            ({"a": "foo"}, "bar", "bar"),
            ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
            ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ]:
            self.assertEqual(merge(target, patch), expected)


if __name__ == "__main__":
    unittest.main()
