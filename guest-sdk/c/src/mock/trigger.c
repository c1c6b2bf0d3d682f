/* One event of the mock host, and what a test asks of the answer. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"
#include "sclera/mock.h"

static bool check(const sclera_event *event, const sclera_answer *answer, sclera_error *error)
{
    if (answer->outcome != SCLERA_UNCHANGED && event->kind != SCLERA_PRELOAD) {
        return sclera_fail(error, "bad-output", "the answer to %s: only a preload hook can replace or reject", event->hook);
    }
    if (answer->outcome == SCLERA_REPLACE && sclera_count(answer->replacement) != event->count) {
        return sclera_fail(error, "bad-output", "the answer to %s: there were %zu objects, and it has %zu", event->hook,
                           event->count, sclera_count(answer->replacement));
    }
    return true;
}

sclera_mock_result sclera_mock_handle(sclera_mock_event told)
{
    sclera_mock_result result = {0};
    sclera_event event = {0};
    const char *payload = told.payload == NULL ? "{}" : told.payload;
    event.delivery_id = "0195a3f0-0000-7000-8000-000000000001";
    event.attempt = told.attempt == 0 ? 1 : told.attempt;
    event.hook = told.hook;
    event.kind = sclera_is_preload(told.hook)  ? SCLERA_PRELOAD
                 : sclera_is_manual(told.hook) ? SCLERA_MANUAL
                                               : SCLERA_POSTLOAD;
    event.menu_name = told.menu_name;
    event.triggered_at_ms = sclera_now_ms();
    event.triggered_by = told.triggered_by == NULL ? "ada" : told.triggered_by;
    event.schema_id = sclera_format("urn:sclera:schema:%s:1", told.hook);
    event.payload = sclera_string_of(payload[strspn(payload, " \t\r\n")] == '[' ? payload : sclera_format("[%s]", payload));
    sclera_string metadata = sclera_string_of(told.metadata == NULL ? "{}" : told.metadata);
    result.ok = sclera__read_event(&event, metadata, &result.error)
                && module_handle(&event, &result.answer, &result.error) && check(&event, &result.answer, &result.error);
    if (result.ok && result.answer.outcome == SCLERA_REPLACE) {
        result.payload = sclera_write(result.answer.replacement).bytes;
    }
    return result;
}

const char *sclera_mock_actions(const sclera_answer *answer)
{
    static const char *const OPERATIONS[] = {"create", "update", "delete"};
    sclera_json *list = sclera_list();
    for (const sclera_action *action = answer->first; action != NULL; action = action->next) {
        sclera_json *shown = sclera_object();
        sclera_set(shown, "operation", sclera_text(OPERATIONS[action->operation]));
        sclera_set(shown, "object", sclera_text(action->object));
        if (action->target != NULL) {
            sclera_set(shown, "target", sclera_text(action->target));
        }
        sclera_set(shown, "change", sclera_action_change(action));
        sclera_append(list, shown);
    }
    return sclera_write(list).bytes;
}

void sclera_mock_run_named(void (*test)(void), const char *name)
{
    sclera_mock_reset();
    test();
    sclera_mock_reset();
    printf("ok  %s\n", name);
}

void sclera_check_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, what);
    exit(1);
}

void sclera_check_text_at(const char *file, int line, const char *what, const char *actual, const char *expected)
{
    if (actual == NULL || expected == NULL ? actual != expected : strcmp(actual, expected) != 0) {
        fprintf(stderr, "%s:%d: %s\n  is       %s\n  and not  %s\n", file, line, what, actual == NULL ? "NULL" : actual,
                expected == NULL ? "NULL" : expected);
        exit(1);
    }
}
