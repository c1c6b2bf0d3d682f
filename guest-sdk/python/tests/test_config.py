import unittest

from sclera_sdk import Config, Error


class Reading(unittest.TestCase):
    config = Config({"text": "007", "number": "5", "half": "0.5", "flag": "true", "list": '["a","b"]', "bad": "{"})

    def test_a_text_is_what_the_operator_wrote_and_the_rest_is_json(self) -> None:
        config = self.config
        self.assertEqual(config.text("text"), "007")
        self.assertEqual(config.text("flag"), "true")
        self.assertEqual(config.integer("number"), 5)
        self.assertEqual(config.number("number"), 5)
        self.assertEqual(config.number("half"), 0.5)
        self.assertIs(config.boolean("flag"), True)
        self.assertEqual(config.texts("list"), ["a", "b"])
        self.assertEqual(config.json("list"), ["a", "b"])

    def test_a_key_that_is_missing_has_its_default_or_is_an_error(self) -> None:
        self.assertEqual(self.config.integer("limit", 3), 3)
        with self.assertRaises(Error) as caught:
            self.config.integer("limit")
        self.assertEqual(caught.exception.code, "invalid-configuration")
        self.assertEqual(caught.exception.message, "the configuration key `limit` is missing")

    def test_a_value_of_another_type_is_an_error_that_names_the_key(self) -> None:
        read = self.config
        for call in [
            lambda: read.integer("half"),
            lambda: read.integer("flag"),
            lambda: read.boolean("number"),
            lambda: read.number("bad"),
            lambda: read.texts("number"),
            lambda: read.json("bad"),
        ]:
            with self.assertRaises(Error) as caught:
                call()
            self.assertEqual(caught.exception.code, "invalid-configuration")
            self.assertRegex(caught.exception.message, r"^the configuration key `\w+` does not fit: ")


if __name__ == "__main__":
    unittest.main()
