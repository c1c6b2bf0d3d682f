/* What a module author writes: these three functions. */
#ifndef SCLERA_MODULE_H
#define SCLERA_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera/answer.h"
#include "sclera/error.h"
#include "sclera/event.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sclera_capability {
    const char *name;       /* "http", "keyvalue", "actions"… */
    const char *parameters; /* what is asked for in detail: a JSON object */
    const char *reason;     /* why, in one sentence for the operator who decides */
} sclera_capability;

typedef struct sclera_description {
    const char *name;          /* unique within a host: 1 to 64 letters, digits, `_`, `-` and `.` */
    const char *version;       /* as in https://semver.org */
    const char *description;   /* what the module does, in a sentence or two for an operator */
    const char *config_schema; /* JSON Schema (2020-12) of its configuration; NULL if it has none */
    /* What it would like to be allowed to do, up to the first without a name. */
    sclera_capability capabilities[8];
} sclera_description;

/* The module's place in its host, while it registers. */
typedef struct sclera_hooks {
    uint32_t module_id;
} sclera_hooks;

/* Says what the module is. It must depend on nothing. `about` is empty at first. */
void module_describe(sclera_description *about);

/* Asks for the hooks that the module listens to. False means that the module does not work, for example because of its
   configuration: nothing it asked for takes effect, and the operator reads the error's message. */
bool module_register(const sclera_hooks *hooks, sclera_error *error);

/* Handles one event. `answer` is "unchanged" at first. False is a failed delivery: the payload stays as it was, and the
   subscription's failure policy says what comes next. */
bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error);

/* ---- Asking for hooks ---- */

/* How a delivery can fail: "trap", "timeout", "out-of-fuel", "out-of-memory", "bad-output", "refused-capability",
   "module-error", or "any". What becomes of the request: "continue", "reject" (preload only) or "retry" (asynchronous
   only). */
typedef struct sclera_failure_policy {
    const char *fault;
    const char *policy;
} sclera_failure_policy;

/* A subscription. What is not set keeps its default, so begin with `sclera_subscription s = {0};` or name the fields that
   matter: `(sclera_subscription){.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .priority = -10}`. */
typedef struct sclera_subscription {
    const char *hook;
    /* What the user reads in the menu, for a manual hook. Default: "<module name>::<hook name>". */
    const char *menu_name;
    /* The server's request waits until the module has answered. A preload hook is always synchronous; the others are
       asynchronous if this is not set. */
    bool synchronous;
    /* Where in the order of the hook's subscriptions it comes: lower first. */
    int32_t priority;
    /* Which events it is for: a CEL expression over `payload` and `metadata`. Default: every event. */
    const char *match_rule;
    /* What becomes of the server's request when a delivery fails, up to the first without a fault. */
    sclera_failure_policy on_failure[8];
} sclera_subscription;

/* Asks for a subscription. Fails with the codes "unknown-hook", "invalid-menu-name", "too-many-subscriptions",
   "invalid-failure-policy", "invalid-match-rule" and "unsupported". */
bool sclera_subscribe(const sclera_hooks *hooks, const sclera_subscription *subscription, sclera_error *error);

/* The same in the words of the IRIS hooks documentation, where the defaults are no menu name and asynchronous. */
bool sclera_register_to_hook(const sclera_hooks *hooks, const char *hook, const char *menu_name, bool run_asynchronously,
                             sclera_error *error);

/* Withdraws the module from a hook: every subscription to it. Fine if there is none. */
bool sclera_deregister_from_hook(const sclera_hooks *hooks, const char *hook, sclera_error *error);

/* Whether a hook of this name is a preload or a manual hook. */
bool sclera_is_preload(const char *hook);
bool sclera_is_manual(const char *hook);

#ifdef __cplusplus
}
#endif

#endif
