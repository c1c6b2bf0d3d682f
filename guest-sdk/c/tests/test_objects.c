/* Typed views keep everything. */

#include "test.h"

static sclera_ioc ioc(const char *json)
{
    return sclera_as_ioc(sclera_parse(json, NULL));
}

static const char *written(sclera_ioc view)
{
    return sclera_write(view.json).bytes;
}

static void whatever_a_client_sends_can_be_read(void)
{
    int64_t id = 0;
    sclera_tlp tlp = SCLERA_TLP_CLEAR;
    sclera_ioc odd = ioc("{\"ioc_value\":7,\"ioc_type_id\":\"20\",\"ioc_tlp_id\":99,\"ioc_tags\":[\"a\"],\"x\":{\"y\":1.5}}");
    sclera_check(sclera_ioc_get_ioc_value(odd) == NULL && sclera_ioc_has_ioc_value(odd));
    sclera_check(sclera_ioc_get_ioc_type_id(odd, &id) && id == 20);
    sclera_check(!sclera_ioc_get_ioc_tlp_id(odd, &tlp) && !sclera_ioc_has_tag(odd, "a"));
    sclera_check(!sclera_ioc_has_ioc_description(odd) && sclera_ioc_get_ioc_description(odd) == NULL);

    sclera_ioc_set_ioc_value(odd, "evil.example");
    sclera_ioc_set_ioc_tlp_id(odd, SCLERA_TLP_AMBER_STRICT);
    sclera_check_text(written(odd), "{\"ioc_value\":\"evil.example\",\"ioc_type_id\":\"20\",\"ioc_tlp_id\":5,\"ioc_tags\":[\"a\"],"
                                    "\"x\":{\"y\":1.5}}");
}

static void tags_are_added_and_removed_once(void)
{
    sclera_ioc tagged = ioc("{\"ioc_tags\":\" phishing ,, acme\"}");
    sclera_check(sclera_ioc_has_tag(tagged, " acme") && !sclera_ioc_has_tag(tagged, "acm"));
    sclera_check(!sclera_ioc_add_tag(tagged, "acme") && !sclera_ioc_remove_tag(tagged, "other"));
    sclera_check_text(written(tagged), "{\"ioc_tags\":\" phishing ,, acme\"}");
    sclera_check(sclera_ioc_add_tag(tagged, "acme, c2 ,c2,"));
    sclera_check_text(sclera_ioc_get_ioc_tags(tagged), "phishing,acme,c2");
    sclera_check(sclera_ioc_remove_tag(tagged, "phishing"));
    sclera_check_text(sclera_ioc_get_ioc_tags(tagged), "acme,c2");

    sclera_ioc none = ioc("{}");
    sclera_check(!sclera_ioc_add_tag(none, " , ") && sclera_ioc_add_tag(none, "new"));
    sclera_check_text(written(none), "{\"ioc_tags\":\"new\"}");
}

static void custom_attributes_keep_their_neighbours(void)
{
    sclera_ioc with = ioc("{\"custom_attributes\":{\"Sighting\":{\"By\":{\"type\":\"html\",\"value\":\"x\",\"mandatory\":true}}}}");
    sclera_check_text(sclera_as_text(sclera_ioc_attribute(with, "Sighting", "By")), "x");
    sclera_check(sclera_ioc_attribute(with, "Sighting", "Of") == NULL);
    sclera_ioc_set_attribute(with, "Sighting", "By", sclera_text("y"));
    sclera_ioc_set_attribute(with, "Verdict", "Score", sclera_integer(7));
    sclera_check_text(written(with), "{\"custom_attributes\":{\"Sighting\":{\"By\":{\"type\":\"html\",\"value\":\"y\","
                                     "\"mandatory\":true}},\"Verdict\":{\"Score\":{\"type\":\"input_string\",\"value\":7}}}}");

    sclera_ioc odd = ioc("{\"custom_attributes\":\"none\"}");
    sclera_ioc_set_attribute(odd, "a", "b", sclera_null());
    sclera_check_text(written(odd), "{\"custom_attributes\":{\"a\":{\"b\":{\"type\":\"input_string\",\"value\":null}}}}");
}

static void an_object_is_known_by_the_id_of_its_kind(void)
{
    int64_t id = 0;
    sclera_check(sclera_ioc_id(ioc("{\"ioc_id\":17,\"case_id\":4}"), &id) && id == 17);
    sclera_check(sclera_task_id(sclera_as_task(sclera_parse("{\"id\":\"23\"}", NULL)), &id) && id == 23);
    sclera_check(sclera_evidence_id(sclera_as_evidence(sclera_parse("{\"evidence_id\":4}", NULL)), &id) && id == 4);
    sclera_check(!sclera_ioc_id(ioc("{\"id\":1}"), &id) && id == 4);
}

static void a_type_is_known_by_its_id_or_its_name(void)
{
    sclera_ioc_type type = SCLERA_IOC_TYPE_OTHER;
    sclera_check(sclera_ioc_type_of(ioc("{\"ioc_type_id\":\"113\"}"), &type) && type == SCLERA_IOC_TYPE_SHA256);
    sclera_check(sclera_ioc_type_of(ioc("{\"ioc_type_id\":4711,\"ioc_type\":{\"type_name\":\"ip-dst\"}}"), &type));
    sclera_check_text(sclera_ioc_type_name(type), "ip-dst");
    sclera_check(!sclera_ioc_type_of(ioc("{\"ioc_type_id\":4711}"), &type));
}

static void tlp_labels_have_an_order_an_id_and_a_name(void)
{
    sclera_tlp tlp = SCLERA_TLP_CLEAR;
    sclera_check(SCLERA_TLP_CLEAR < SCLERA_TLP_GREEN && SCLERA_TLP_AMBER < SCLERA_TLP_AMBER_STRICT);
    sclera_check(sclera_tlp_id(SCLERA_TLP_RED) == 1 && sclera_tlp_id(SCLERA_TLP_AMBER_STRICT) == 5);
    sclera_check(sclera_tlp_from_name("Amber+Strict", &tlp) && tlp == SCLERA_TLP_AMBER_STRICT);
    sclera_check(sclera_tlp_from_id(4, &tlp) && tlp == SCLERA_TLP_CLEAR);
    sclera_check(!sclera_tlp_from_id(9, &tlp) && !sclera_tlp_from_name("ambe", &tlp));
}

static void lists_of_ids_are_read_whole_or_not(void)
{
    const int64_t *ids = NULL;
    size_t count = 0;
    sclera_timeline_event event = sclera_as_timeline_event(sclera_parse("{\"event_assets\":[\"3\",4],\"event_iocs\":[3,null]}", NULL));
    sclera_check(sclera_timeline_event_get_event_assets(event, &ids, &count) && count == 2 && ids[0] == 3 && ids[1] == 4);
    sclera_check(!sclera_timeline_event_get_event_iocs(event, &ids, &count));
    sclera_timeline_event_set_event_iocs(event, ids, count);
    sclera_check_text(sclera_write(event.json).bytes, "{\"event_assets\":[\"3\",4],\"event_iocs\":[3,4]}");
}

static void all_58_hooks_have_names(void)
{
    sclera_check(SCLERA_HOOK_COUNT == 58);
    sclera_check_text(sclera_all_hooks[0], SCLERA_ON_PRELOAD_CASE_CREATE);
    sclera_check(sclera_is_preload(SCLERA_ON_PRELOAD_CASE_CREATE) && sclera_is_manual(SCLERA_ON_MANUAL_TRIGGER_IOC));
}

int main(void)
{
    sclera_mock_run(whatever_a_client_sends_can_be_read);
    sclera_mock_run(tags_are_added_and_removed_once);
    sclera_mock_run(custom_attributes_keep_their_neighbours);
    sclera_mock_run(an_object_is_known_by_the_id_of_its_kind);
    sclera_mock_run(a_type_is_known_by_its_id_or_its_name);
    sclera_mock_run(tlp_labels_have_an_order_an_id_and_a_name);
    sclera_mock_run(lists_of_ids_are_read_whole_or_not);
    sclera_mock_run(all_58_hooks_have_names);
    return 0;
}
