/* JSON stays what it was. */

#include <string.h>

#include "test.h"

static const char *written(const sclera_json *value)
{
    return sclera_write(value).bytes;
}

static void what_is_not_changed_is_written_as_it_came(void)
{
    static const char *const TEXTS[] = {
        "{\"z\":1,\"a\":{\"__proto__\":[],\"\":{}}}",
        "[12345678901234567890123,18446744073709551615,-9223372036854775808,1.0,1e400,-0,0.30000000000000004,5E-324]",
        "[true,false,null,\"\\u0000 \\\" \\\\ \xc3\xa9 \xf0\x9f\xa6\x80\"]",
        "[]",
    };
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        sclera_check_text(written(sclera_parse(TEXTS[i], NULL)), TEXTS[i]);
    }
}

static void space_and_escapes_that_need_not_be_are_left_out(void)
{
    sclera_json *read = sclera_parse(" { \"a\" : [ 1 , \"\\u00e9\\/\" ] } ", NULL);
    sclera_check_text(written(read), "{\"a\":[1,\"\xc3\xa9/\"]}");
}

static void what_is_not_json_says_where(void)
{
    static const char *const TEXTS[] = {"", "{", "[1,]", "{\"a\":}", "01", "nan", "\"\\ud800\"", "\"\xff\"", "[1] 2", "// c\n1"};
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        sclera_error error = {0};
        sclera_check(sclera_parse(TEXTS[i], &error) == NULL);
        sclera_check_text(error.code, SCLERA_NOT_JSON);
        sclera_check(strstr(error.message, "at byte ") != NULL);
    }
}

static void a_deep_text_does_not_end_the_module(void)
{
    enum { DEPTH = 100000 };
    char *text = sclera_alloc(2 * DEPTH + 1);
    memset(text, '[', DEPTH);
    memset(text + DEPTH, ']', DEPTH);
    sclera_json *read = sclera_parse(text, NULL);
    sclera_check_text(written(read), text);
}

static void an_integer_may_be_a_text(void)
{
    int64_t integer = 7;
    static const struct {
        const char *json;
        bool is_one;
        int64_t integer;
    } CASES[] = {
        {"20", true, 20},
        {"\"20\"", true, 20},
        {"\" \\u00a0+20\\n\"", true, 20},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 7},
        {"20.0", false, 7},
        {"2e1", false, 7},
        {"\"\"", false, 7},
        {"\"0x10\"", false, 7},
        {"\"2 0\"", false, 7},
        {"null", false, 7},
        {"true", false, 7},
        {"[20]", false, 7},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        integer = 7;
        sclera_check(sclera_as_integer(sclera_parse(CASES[i].json, NULL), &integer) == CASES[i].is_one);
        sclera_check(integer == CASES[i].integer);
    }
    sclera_check(sclera_as_integer(sclera_integer(-3), &integer) && integer == -3);
}

static void other_types_are_read_as_what_they_are(void)
{
    bool boolean = false;
    double number = 0;
    sclera_check(sclera_as_boolean(sclera_parse("\"true\"", NULL), &boolean) && boolean);
    sclera_check(sclera_as_boolean(sclera_boolean(false), &boolean) && !boolean);
    sclera_check(!sclera_as_boolean(sclera_parse("1", NULL), &boolean));
    sclera_check(sclera_as_number(sclera_parse("1.5", NULL), &number) && number > 1.4 && number < 1.6);
    sclera_check(sclera_as_text(sclera_parse("5", NULL)) == NULL);
    sclera_check(sclera_is_blank(NULL) && sclera_is_blank(sclera_null()) && sclera_is_blank(sclera_text("")));
    sclera_check(!sclera_is_blank(sclera_text(" ")) && !sclera_is_blank(sclera_integer(0)));
    sclera_check(sclera_type(NULL) == SCLERA_JSON_ABSENT);
    sclera_check(sclera_type(sclera_parse("1", NULL)) == SCLERA_JSON_NUMBER);
}

static void a_key_is_set_in_its_place(void)
{
    sclera_json *object = sclera_parse("{\"a\":1,\"b\":2,\"c\":3}", NULL);
    sclera_set(object, "b", sclera_text("x"));
    sclera_set(object, "d", sclera_null());
    sclera_check_text(written(object), "{\"a\":1,\"b\":\"x\",\"c\":3,\"d\":null}");
    sclera_check(sclera_remove(object, "a") && !sclera_remove(object, "a"));
    sclera_check_text(written(object), "{\"b\":\"x\",\"c\":3,\"d\":null}");
    sclera_set(sclera_text("no object"), "a", sclera_null());
}

static void of_a_key_that_is_there_twice_the_last_counts(void)
{
    sclera_json *object = sclera_parse("{\"a\":1,\"b\":2,\"a\":3}", NULL);
    int64_t integer = 0;
    sclera_check(sclera_as_integer(sclera_get(object, "a"), &integer) && integer == 3);
    sclera_set(object, "a", sclera_integer(4));
    sclera_check_text(written(object), "{\"a\":4,\"b\":2}");
}

static void a_value_can_be_in_two_places(void)
{
    sclera_json *object = sclera_parse("{\"a\":{\"x\":[1]}}", NULL);
    sclera_set(object, "b", sclera_get(object, "a"));
    sclera_json *list = sclera_list();
    sclera_append(list, sclera_get(object, "b"));
    sclera_append(list, sclera_get(object, "b"));
    sclera_set(sclera_get(object, "b"), "x", sclera_null());
    sclera_check_text(written(object), "{\"a\":{\"x\":[1]},\"b\":{\"x\":null}}");
    sclera_check_text(written(list), "[{\"x\":[1]},{\"x\":[1]}]");
}

static void what_is_put_into_a_new_inner_object_is_in_it(void)
{
    sclera_json *object = sclera_parse("{\"a\":\"none\"}", NULL);
    sclera_set(sclera_object_in(sclera_object_in(object, "a"), "b"), "c", sclera_integer(1));
    sclera_check_text(written(object), "{\"a\":{\"b\":{\"c\":1}}}");
}

static void keys_and_elements_come_in_their_order(void)
{
    sclera_json *object = sclera_parse("{\"b\":[1,2,3],\"a\":[]}", NULL);
    sclera_json *keys = sclera_list();
    for (sclera_json *key = sclera_first_key(object); key != NULL; key = sclera_next_key(object, key)) {
        sclera_append(keys, key);
        for (sclera_json *item = sclera_first(sclera_value_of(key)); item != NULL;
             item = sclera_next(sclera_value_of(key), item)) {
            sclera_append(keys, item);
        }
    }
    sclera_check_text(written(keys), "[\"b\",1,2,3,\"a\"]");
    sclera_check(sclera_count(object) == 2 && sclera_count(keys) == 5 && sclera_count(NULL) == 0);
    sclera_check(sclera_first_key(keys) == NULL && sclera_first(object) == NULL);
}

static void a_text_that_is_not_utf_8_is_mended(void)
{
    sclera_check_text(written(sclera_text("a\xff\xc3(\xed\xa0\x80")), "\"a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    sclera_string with_zero = {"a\0b", 3};
    sclera_check_text(written(sclera_text_of(with_zero)), "\"a\\u0000b\"");
}

static void numbers_are_written_short(void)
{
    sclera_check_text(written(sclera_number(0.1)), "0.1");
    sclera_check_text(written(sclera_integer(INT64_MIN)), "-9223372036854775808");
}

int main(void)
{
    sclera_mock_run(what_is_not_changed_is_written_as_it_came);
    sclera_mock_run(space_and_escapes_that_need_not_be_are_left_out);
    sclera_mock_run(what_is_not_json_says_where);
    sclera_mock_run(a_deep_text_does_not_end_the_module);
    sclera_mock_run(an_integer_may_be_a_text);
    sclera_mock_run(other_types_are_read_as_what_they_are);
    sclera_mock_run(a_key_is_set_in_its_place);
    sclera_mock_run(of_a_key_that_is_there_twice_the_last_counts);
    sclera_mock_run(a_value_can_be_in_two_places);
    sclera_mock_run(what_is_put_into_a_new_inner_object_is_in_it);
    sclera_mock_run(keys_and_elements_come_in_their_order);
    sclera_mock_run(a_text_that_is_not_utf_8_is_mended);
    sclera_mock_run(numbers_are_written_short);
    return 0;
}
