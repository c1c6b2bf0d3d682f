/* The component's side of the contract: what the host calls, and what it gets. */

#include <stdio.h>
#include <stdlib.h>

#include "hook_module.h"
#include "../internal.h"

/* ---- Ends ---- */

/* A module that aborts says so before it traps: in a bare trap nobody would see it. assert comes here as well. */
void abort(void)
{
    fflush(NULL);
    sclera__host_log(SCLERA_CRITICAL, sclera_string_of("abort"), sclera_string_of("the module called abort()"));
    __builtin_trap();
}

/* What is printed becomes a log line when the line ends, so that a trap does not lose it. */
static void begin(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

static void end(void)
{
    fflush(NULL);
}

/* ---- To the host ---- */

/* What is returned is freed by the bindings, so it is theirs. */
static hook_module_string_t given(sclera_string string)
{
    hook_module_string_t theirs;
    sclera_string valid = sclera_utf8(string);
    hook_module_string_dup_n(&theirs, valid.bytes == NULL ? "" : valid.bytes, valid.length);
    return theirs;
}

static hook_module_string_t text(const char *text)
{
    return given(sclera_string_of(text));
}

static hook_module_option_string_t optional(const char *maybe)
{
    hook_module_option_string_t theirs = {.is_some = maybe != NULL};
    if (maybe != NULL) {
        theirs.val = text(maybe);
    }
    return theirs;
}

static void *room_for(size_t count, size_t size)
{
    void *room = calloc(count, size);
    if (room == NULL) {
        abort();
    }
    return room;
}

static bool failed(const sclera_error *error, sclera_hooks_types_error_t *theirs)
{
    bool said = error->message != NULL && error->message[0] != '\0';
    theirs->code = text(error->code == NULL ? SCLERA_MODULE_ERROR : error->code);
    theirs->message = text(said ? error->message : "the module failed and did not say why");
    theirs->retryable = error->retryable;
    return false;
}

static sclera_hooks_types_action_t action(const sclera_action *ours)
{
    sclera_hooks_types_action_t theirs = {
        .operation = (uint8_t)ours->operation,
        .object = text(ours->object),
        .target = optional(ours->target),
        .change = given(sclera_write(sclera_action_change(ours))),
    };
    return theirs;
}

static sclera_hooks_types_list_action_t actions(const sclera_answer *answer)
{
    sclera_hooks_types_list_action_t theirs = {NULL, 0};
    for (const sclera_action *each = answer->first; each != NULL; each = each->next) {
        theirs.len++;
    }
    if (theirs.len > 0) {
        theirs.ptr = room_for(theirs.len, sizeof(sclera_hooks_types_action_t));
        size_t index = 0;
        for (const sclera_action *each = answer->first; each != NULL; each = each->next) {
            theirs.ptr[index++] = action(each);
        }
    }
    return theirs;
}

static sclera_hooks_types_outcome_t outcome(const sclera_answer *answer)
{
    sclera_hooks_types_outcome_t theirs = {.tag = (uint8_t)answer->outcome};
    if (answer->outcome == SCLERA_REPLACE) {
        theirs.val.replace = given(sclera_write(answer->replacement));
    } else if (answer->outcome == SCLERA_REJECT) {
        theirs.val.reject.reason = text(answer->reason);
        theirs.val.reject.pointer = optional(answer->pointer);
    }
    return theirs;
}

/* ---- From the host ---- */

static sclera_string taken(hook_module_string_t theirs)
{
    sclera_string ours = {sclera_copy((const char *)theirs.ptr, theirs.len), theirs.len};
    return ours;
}

static const char *taken_optional(hook_module_option_string_t theirs)
{
    return theirs.is_some ? taken(theirs.val).bytes : NULL;
}

static bool take_event(const sclera_hooks_types_event_t *theirs, sclera_event *ours, sclera_error *error)
{
    ours->delivery_id = taken(theirs->delivery_id).bytes;
    ours->attempt = theirs->attempt;
    ours->hook = taken(theirs->hook).bytes;
    ours->kind = (sclera_hook_kind)theirs->kind;
    ours->menu_name = taken_optional(theirs->menu_name);
    ours->triggered_at_ms = theirs->triggered_at_ms;
    ours->triggered_by = taken_optional(theirs->triggered_by);
    ours->schema_id = taken(theirs->schema_id).bytes;
    ours->payload = taken(theirs->payload);
    return sclera__read_event(ours, taken(theirs->metadata), error);
}

/* ---- What the host calls ---- */

void exports_sclera_hooks_module_describe(exports_sclera_hooks_module_description_t *ret)
{
    begin();
    sclera_description about = {0};
    module_describe(&about);
    ret->name = text(about.name);
    ret->version = text(about.version);
    ret->description = text(about.description);
    ret->config_schema = optional(about.config_schema);
    size_t most = sizeof(about.capabilities) / sizeof(about.capabilities[0]);
    size_t count = 0;
    while (count < most && about.capabilities[count].name != NULL) {
        count++;
    }
    ret->capabilities.len = count;
    ret->capabilities.ptr = count == 0 ? NULL : room_for(count, sizeof(sclera_hooks_types_capability_t));
    for (size_t i = 0; i < count; i++) {
        const sclera_capability *asked = &about.capabilities[i];
        ret->capabilities.ptr[i].name = text(asked->name);
        ret->capabilities.ptr[i].parameters = text(asked->parameters == NULL ? "{}" : asked->parameters);
        ret->capabilities.ptr[i].reason = text(asked->reason);
    }
    end();
}

bool exports_sclera_hooks_module_register_hooks(uint32_t module_id, exports_sclera_hooks_module_error_t *err)
{
    begin();
    sclera_hooks hooks = {module_id};
    sclera_error error = {0};
    bool well = module_register(&hooks, &error);
    end();
    return well || failed(&error, err);
}

bool exports_sclera_hooks_module_hooks_handler(exports_sclera_hooks_module_event_t *event,
                                               exports_sclera_hooks_module_answer_t *ret,
                                               exports_sclera_hooks_module_error_t *err)
{
    begin();
    sclera_event ours = {0};
    sclera_answer answer = {0};
    sclera_error error = {0};
    bool well = take_event(event, &ours, &error) && module_handle(&ours, &answer, &error);
    end();
    if (!well) {
        return failed(&error, err);
    }
    ret->outcome = outcome(&answer);
    ret->actions = actions(&answer);
    ret->message = optional(answer.message);
    return true;
}
