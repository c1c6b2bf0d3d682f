/* What a module sees, and what becomes of its answer. */

#include "test.h"

static sclera_mock_result preload(const char *payload)
{
    return sclera_mock_handle((sclera_mock_event){.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .payload = payload});
}

/* ---- Answers ---- */

static bool tag(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    (void)error;
    for (size_t i = 0; i < event->count; i++) {
        sclera_ioc ioc = sclera_as_ioc(event->objects[i]);
        if (sclera_is_blank(sclera_get(ioc.json, "ioc_value"))) {
            sclera_reject(answer, sclera_pointer(i, "ioc_value"), "an IOC needs a %s", "value");
            return true;
        }
        sclera_ioc_add_tag(ioc, "new");
    }
    sclera_replace_edited(answer, event);
    return true;
}

static void edited_objects_replace_what_was_there(void)
{
    handle = tag;
    sclera_mock_result result = preload("[{\"ioc_value\": \"a\", \"n\": 18446744073709551615}, {\"ioc_value\": \"b\"}]");
    sclera_check(result.ok && result.answer.outcome == SCLERA_REPLACE);
    sclera_check_text(result.payload, "[{\"ioc_value\":\"a\",\"n\":18446744073709551615,\"ioc_tags\":\"new\"},"
                                      "{\"ioc_value\":\"b\",\"ioc_tags\":\"new\"}]");
}

static void what_was_not_changed_is_unchanged(void)
{
    handle = tag;
    sclera_mock_result result = preload(" [ {\"ioc_value\" : \"\\u0061\", \"ioc_tags\":\"new\"} ] ");
    sclera_check(result.ok && result.answer.outcome == SCLERA_UNCHANGED);
}

static void a_rejection_has_a_reason_and_a_place(void)
{
    handle = tag;
    sclera_mock_result result = preload("[{\"ioc_value\": \"a\"}, {\"ioc_value\": \"\"}]");
    sclera_check(result.answer.outcome == SCLERA_REJECT);
    sclera_check_text(result.answer.reason, "an IOC needs a value");
    sclera_check_text(result.answer.pointer, "/1/ioc_value");
    sclera_check_text(sclera_pointer(0, "a/b~c"), "/0/a~1b~0c");
}

static void the_host_takes_only_what_a_hook_allows(void)
{
    handle = tag;
    sclera_mock_result result =
        sclera_mock_handle((sclera_mock_event){.hook = SCLERA_ON_POSTLOAD_IOC_CREATE, .payload = "{\"ioc_value\":\"a\"}"});
    sclera_check(!result.ok);
    sclera_check_text(result.error.code, "bad-output");
}

static bool act(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    (void)event;
    (void)error;
    sclera_action *update = sclera_update(answer, "ioc", 12);
    sclera_action_set(update, "ioc_description", sclera_text("a sinkhole"));
    sclera_action_add_tag(update, "sinkhole");
    sclera_action_remove_tag(update, "active");
    sclera_action_set_attribute(update, "Verdict", "By", "html", sclera_text(sclera_escape_html("<\"a\" & 'b'>")));
    sclera_action_comment(update, "%d hits", 3);
    sclera_action *create = sclera_create(answer, "task");
    sclera_action_set(create, "task_title", sclera_text("Call"));
    sclera_action_in_case(create, 4);
    sclera_delete(answer, "note", 5);
    sclera_message(answer, "Seen in %d cases.", 2);
    return true;
}

static void actions_say_what_to_change(void)
{
    handle = act;
    sclera_mock_result result = sclera_mock_handle((sclera_mock_event){.hook = SCLERA_ON_MANUAL_TRIGGER_IOC});
    sclera_check(result.ok);
    sclera_check_text(result.answer.message, "Seen in 2 cases.");
    sclera_check_text(
        sclera_mock_actions(&result.answer),
        "[{\"operation\":\"update\",\"object\":\"ioc\",\"target\":\"12\",\"change\":{\"fields\":{\"ioc_description\":\"a sinkhole\"},"
        "\"tags\":{\"add\":[\"sinkhole\"],\"remove\":[\"active\"]},\"custom_attributes\":{\"Verdict\":{\"By\":{\"type\":\"html\","
        "\"value\":\"&lt;&quot;a&quot; &amp; &#39;b&#39;&gt;\"}}},\"comments\":[\"3 hits\"]}},"
        "{\"operation\":\"create\",\"object\":\"task\",\"change\":{\"fields\":{\"task_title\":\"Call\"},\"case_id\":4}},"
        "{\"operation\":\"delete\",\"object\":\"note\",\"target\":\"5\",\"change\":{}}]");
}

static bool nothing(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    (void)event;
    (void)answer;
    (void)error;
    return true;
}

static void a_handler_that_says_nothing_changes_nothing(void)
{
    handle = nothing;
    sclera_mock_result result = preload("{\"a\":1}");
    sclera_check(result.ok && result.answer.outcome == SCLERA_UNCHANGED && result.answer.first == NULL);
}

/* ---- Events ---- */

static bool look(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    int64_t case_id = 0;
    int64_t user_id = 0;
    sclera_tlp tlp = SCLERA_TLP_CLEAR;
    sclera_check(sclera_event_case_id(event, &case_id) && case_id == 7);
    sclera_check(!sclera_event_user_id(event, &user_id));
    sclera_check(sclera_event_tlp(event, &tlp) && tlp == SCLERA_TLP_RED);
    sclera_check_text(sclera_event_customer(event), "ACME");
    sclera_check_text(sclera_event_case_name(event), NULL);
    sclera_check_text(sclera_as_text(sclera_get(event->metadata, "sector")), "water");
    sclera_check(sclera_is_hook(event, SCLERA_ON_MANUAL_TRIGGER_IOC) && event->kind == SCLERA_MANUAL);
    sclera_check(event->count == 2 && event->attempt == 3);
    sclera_check_text(event->menu_name, "Look");
    sclera_check_text(event->triggered_by, "eve");
    return nothing(event, answer, error);
}

static void an_event_says_what_happened(void)
{
    handle = look;
    sclera_mock_result result = sclera_mock_handle((sclera_mock_event){
        .hook = SCLERA_ON_MANUAL_TRIGGER_IOC,
        .payload = "[{},{}]",
        .metadata = "{\"case_id\":7,\"user_id\":\"8\",\"tlp\":\"red\",\"customer\":\"ACME\",\"sector\":\"water\"}",
        .menu_name = "Look",
        .triggered_by = "eve",
        .attempt = 3,
    });
    sclera_check(result.ok);
}

static void an_event_that_cannot_be_read_is_an_error(void)
{
    handle = nothing;
    static const char *const PAYLOADS[] = {"[1]", "[{}, []]", "[", "[{\"a\":1"};
    for (size_t i = 0; i < sizeof(PAYLOADS) / sizeof(PAYLOADS[0]); i++) {
        sclera_check_text(preload(PAYLOADS[i]).error.code, SCLERA_BAD_EVENT);
    }
    sclera_mock_event metadata = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .metadata = "[]"};
    sclera_check_text(sclera_mock_handle(metadata).error.code, SCLERA_BAD_EVENT);
}

/* ---- Configuration ---- */

static void configuration_is_read_as_what_is_asked_for(void)
{
    sclera_mock_config("text", "007");
    sclera_mock_config("yes", "true");
    sclera_mock_config("number", "-5");
    sclera_mock_config("ratio", "0.5");
    sclera_mock_config("list", "[\"a\", 1]");
    const char *text = "default";
    bool yes = false;
    int64_t number = 1;
    double ratio = 0;
    sclera_json *list = NULL;
    sclera_check(sclera_config_text("absent", &text, NULL));
    sclera_check_text(text, "default");
    sclera_check(sclera_config_text("text", &text, NULL) && sclera_config_boolean("yes", &yes, NULL) && yes);
    sclera_check_text(text, "007");
    sclera_check(sclera_config_integer("number", &number, NULL) && number == -5);
    sclera_check(sclera_config_number("ratio", &ratio, NULL) && ratio > 0.4 && ratio < 0.6);
    sclera_check(sclera_config_json("list", &list, NULL) && sclera_count(list) == 2);

    sclera_error error = {0};
    sclera_check(!sclera_config_boolean("number", &yes, &error));
    sclera_check_text(error.code, SCLERA_INVALID_CONFIGURATION);
    sclera_check_text(error.message, "the configuration key `number` has to be true or false");
    sclera_mock_config("broken", "{");
    sclera_check(!sclera_config_json("broken", &list, &error));
    sclera_check(!sclera_config_integer("ratio", &number, &error) && number == -5);
}

/* ---- Registering ---- */

static bool subscribe(const sclera_hooks *hooks, sclera_error *error)
{
    sclera_subscription create = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .menu_name = "ignored", .priority = -10};
    sclera_subscription manual = {.hook = SCLERA_ON_MANUAL_TRIGGER_IOC, .synchronous = true};
    return sclera_subscribe(hooks, &create, error) && sclera_subscribe(hooks, &manual, error)
           && sclera_register_to_hook(hooks, SCLERA_ON_MANUAL_TRIGGER_IOC, "Look", true, error)
           && sclera_register_to_hook(hooks, SCLERA_ON_MANUAL_TRIGGER_IOC, "Look", false, error)
           && sclera_register_to_hook(hooks, SCLERA_ON_POSTLOAD_IOC_CREATE, NULL, true, error)
           && sclera_deregister_from_hook(hooks, SCLERA_ON_POSTLOAD_IOC_CREATE, error);
}

static void subscriptions_take_effect_with_their_defaults(void)
{
    register_hooks = subscribe;
    sclera_check(sclera_mock_register(NULL) && sclera_mock_subscription_count() == 3);
    const sclera_subscription *create = sclera_mock_subscription(0);
    sclera_check(create->synchronous && create->priority == -10 && create->menu_name == NULL);
    sclera_check_text(sclera_mock_subscription(1)->menu_name, "under-test::on_manual_trigger_ioc");
    sclera_check_text(sclera_mock_subscription(2)->menu_name, "Look");
    sclera_check(sclera_mock_subscription(2)->synchronous);
}

static bool unknown(const sclera_hooks *hooks, sclera_error *error)
{
    return sclera_register_to_hook(hooks, SCLERA_ON_POSTLOAD_IOC_CREATE, NULL, true, error)
           && sclera_register_to_hook(hooks, "on_postload_ioc_creat", NULL, true, error);
}

static bool retry(const sclera_hooks *hooks, sclera_error *error)
{
    sclera_subscription create = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .on_failure = {{"any", "retry"}}};
    return sclera_subscribe(hooks, &create, error);
}

static void a_registration_that_fails_leaves_nothing(void)
{
    sclera_error error = {0};
    register_hooks = unknown;
    sclera_check(!sclera_mock_register(&error) && sclera_mock_subscription_count() == 0);
    sclera_check_text(error.code, "unknown-hook");
    register_hooks = retry;
    sclera_check(!sclera_mock_register(&error));
    sclera_check_text(error.code, "invalid-failure-policy");
}

/* ---- Log and HTTP ---- */

static bool ask(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    (void)event;
    sclera_request request = {.url = "https://rep.example/v1/a", .headers = {{"x-apikey", "<secret key>"}}};
    sclera_response response = {0};
    if (!sclera_send(&request, &response, error) || !sclera_response_success(&response, error)) {
        return false;
    }
    sclera_json *body = sclera_response_json(&response, error);
    if (body == NULL) {
        return false;
    }
    int64_t score = 0;
    sclera_as_integer(sclera_get(body, "score"), &score);
    sclera_log(SCLERA_WARN, "score %d", (int)score);
    sclera_message(answer, "%d", (int)score);
    return true;
}

static void http_answers_come_in_order(void)
{
    handle = ask;
    sclera_mock_event event = {.hook = SCLERA_ON_POSTLOAD_IOC_CREATE};
    sclera_mock_http(200, "{\"score\":7}");
    sclera_mock_http(503, "down\nfor a while");
    sclera_mock_http(404, "");
    sclera_mock_http(200, "<html>");
    sclera_mock_http_error(SCLERA_HTTP_TIMEOUT);

    sclera_check_text(sclera_mock_handle(event).answer.message, "7");
    sclera_check_text(sclera_mock_log(0), "warn: score 7");
    sclera_check_text(sclera_mock_log(1), NULL);
    sclera_check_text(sclera_mock_request(0)->headers[0].value, "<secret key>");

    sclera_mock_result down = sclera_mock_handle(event);
    sclera_check(!down.ok && down.error.retryable);
    sclera_check_text(down.error.message, "the server answered 503: `down for a while`");
    sclera_check(!sclera_mock_handle(event).error.retryable);
    sclera_check_text(sclera_mock_handle(event).error.code, SCLERA_HTTP_BAD_ANSWER);
    sclera_mock_result late = sclera_mock_handle(event);
    sclera_check_text(late.error.code, SCLERA_HTTP_TIMEOUT);
    sclera_check(late.error.retryable);
    sclera_check_text(sclera_mock_handle(event).error.code, SCLERA_HTTP_REFUSED);
}

static void a_url_can_carry_any_text(void)
{
    sclera_check_text(sclera_escape_url("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
}

static void headers_are_found_in_any_case(void)
{
    sclera_header headers[] = {{"Content-Type", "text/plain"}, {"X", "1"}};
    sclera_response response = {.status = 204, .headers = headers, .header_count = 2};
    sclera_check_text(sclera_response_header(&response, "content-type"), "text/plain");
    sclera_check_text(sclera_response_header(&response, "content"), NULL);
    sclera_check(sclera_response_ok(&response));
}

int main(void)
{
    sclera_mock_run(edited_objects_replace_what_was_there);
    sclera_mock_run(what_was_not_changed_is_unchanged);
    sclera_mock_run(a_rejection_has_a_reason_and_a_place);
    sclera_mock_run(the_host_takes_only_what_a_hook_allows);
    sclera_mock_run(actions_say_what_to_change);
    sclera_mock_run(a_handler_that_says_nothing_changes_nothing);
    sclera_mock_run(an_event_says_what_happened);
    sclera_mock_run(an_event_that_cannot_be_read_is_an_error);
    sclera_mock_run(configuration_is_read_as_what_is_asked_for);
    sclera_mock_run(subscriptions_take_effect_with_their_defaults);
    sclera_mock_run(a_registration_that_fails_leaves_nothing);
    sclera_mock_run(http_answers_come_in_order);
    sclera_mock_run(a_url_can_carry_any_text);
    sclera_mock_run(headers_are_found_in_any_case);
    return 0;
}
