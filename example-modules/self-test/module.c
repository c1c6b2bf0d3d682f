/* Listens to every hook, checks what it gets, and reports. */

#include "self_test.h"

void module_describe(sclera_description *about)
{
    about->name = "self-test";
    about->version = "1.0.0";
    about->description = "Listens to every hook, checks what it gets, and reports: to see that a server and its modules work.";
    about->config_schema =
        "{\"type\": \"object\", \"properties\": {"
        "\"log_received\": {\"type\": \"boolean\", \"default\": true,"
        "  \"description\": \"Write a log line for each event.\"},"
        "\"fail_on\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"uniqueItems\": true, \"default\": [],"
        "  \"description\": \"The hooks to answer with an error, to see what a failure does.\"},"
        "\"record\": {\"type\": \"boolean\", \"default\": false,"
        "  \"description\": \"Count the events of each hook in the module's store, and say so to whoever clicks.\"}"
        "}, \"additionalProperties\": false}";
    about->capabilities[0].name = "keyvalue";
    about->capabilities[0].parameters = "{}";
    about->capabilities[0].reason = "counts the events of each hook, if `record` is set";
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    settings settings;
    if (!read_settings(&settings, error)) {
        return false;
    }
    for (size_t i = 0; i < SCLERA_HOOK_COUNT; i++) {
        /* A click waits for its report. The others see what the modules before them have left. */
        bool manual = sclera_is_manual(sclera_all_hooks[i]);
        sclera_subscription subscription = {
            .hook = sclera_all_hooks[i],
            .menu_name = manual ? MENU_NAME : NULL,
            .synchronous = manual,
            .priority = 100,
        };
        if (!sclera_subscribe(hooks, &subscription, error)) {
            return false;
        }
    }
    return true;
}

static void report(const sclera_event *event, const settings *settings, sclera_answer *answer)
{
    const char *counts = settings->record ? counted() : NULL;
    sclera_message(answer, "Self-test: %s. Everything was as it should be.%s%s", summary_of(event),
                   counts == NULL ? "" : " Counted so far: ", counts == NULL ? "" : counts);
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    settings settings;
    if (!read_settings(&settings, error)) {
        return false;
    }
    if (settings.log_received) {
        sclera_log(SCLERA_INFO, "%s", summary_of(event));
    }
    if (settings.record && !count_event(event->hook)) {
        sclera_log(SCLERA_WARN, "not counted: the store does not answer; is the capability `keyvalue` granted?");
    }
    sclera_json *faults = faults_of(event);
    for (sclera_json *fault = sclera_first(faults); fault != NULL; fault = sclera_next(faults, fault)) {
        sclera_log(SCLERA_ERROR, "%s: %s", event->hook, sclera_as_text(fault));
    }
    if (sclera_count(faults) > 0) {
        return sclera_fail(error, "self-test-failed", "the event of %s is not as it should be: %s", event->hook,
                           joined(faults, "; "));
    }
    if (fails_on(&settings, event->hook)) {
        return sclera_fail(error, "told-to-fail", "the configuration key `fail_on` names %s", event->hook);
    }
    if (event->kind == SCLERA_MANUAL) {
        report(event, &settings, answer);
    }
    return true;
}
