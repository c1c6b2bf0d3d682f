/* The host, through the contract's bindings: log, configuration, registry, clock. */

#include "hook_module.h"
#include "../internal.h"

/* A string that is lent for a call. */
static hook_module_string_t lent(sclera_string string)
{
    hook_module_string_t theirs = {(uint8_t *)(uintptr_t)string.bytes, string.length};
    return theirs;
}

static hook_module_string_t lent_text(const char *text)
{
    return lent(sclera_utf8(sclera_string_of(text == NULL ? "" : text)));
}

static const char *taken(hook_module_string_t theirs)
{
    return sclera_copy((const char *)theirs.ptr, theirs.len);
}

static bool failed(const sclera_hooks_registry_error_t *theirs, sclera_error *error)
{
    if (error != NULL) {
        error->code = taken(theirs->code);
        error->message = taken(theirs->message);
        error->retryable = theirs->retryable;
    }
    return false;
}

void sclera__host_log(sclera_level level, sclera_string context, sclera_string message)
{
    hook_module_string_t where = lent(context);
    hook_module_string_t what = lent(message);
    wasi_logging_logging_log((wasi_logging_logging_level_t)level, &where, &what);
}

bool sclera__host_config(const char *key, sclera_string *text, sclera_error *error)
{
    hook_module_string_t name = lent_text(key);
    hook_module_option_string_t value;
    wasi_config_store_error_t fault;
    if (!wasi_config_store_get(&name, &value, &fault)) {
        return sclera_fail_for_now(error, "configuration-unavailable", "%s", taken(fault.val.upstream));
    }
    if (value.is_some) {
        text->bytes = taken(value.val);
        text->length = value.val.len;
    }
    return true;
}

bool sclera_subscribe(const sclera_hooks *hooks, const sclera_subscription *subscription, sclera_error *error)
{
    hook_module_string_t hook = lent_text(subscription->hook);
    sclera_hooks_registry_own_registration_t made =
        sclera_hooks_registry_constructor_registration(hooks->module_id, &hook);
    sclera_hooks_registry_borrow_registration_t registration = sclera_hooks_registry_borrow_registration(made);
    if (subscription->menu_name != NULL) {
        hook_module_string_t name = lent_text(subscription->menu_name);
        sclera_hooks_registry_method_registration_set_menu_name(registration, &name);
    }
    bool synchronous = subscription->synchronous || sclera_is_preload(subscription->hook);
    sclera_hooks_registry_method_registration_set_asynchronous(registration, !synchronous);
    sclera_hooks_registry_method_registration_set_priority(registration, subscription->priority);
    if (subscription->match_rule != NULL) {
        hook_module_string_t rule = lent_text(subscription->match_rule);
        sclera_hooks_registry_method_registration_set_match_rule(registration, &rule);
    }
    size_t most = sizeof(subscription->on_failure) / sizeof(subscription->on_failure[0]);
    for (size_t i = 0; i < most && subscription->on_failure[i].fault != NULL; i++) {
        hook_module_string_t fault = lent_text(subscription->on_failure[i].fault);
        hook_module_string_t policy = lent_text(subscription->on_failure[i].policy);
        sclera_hooks_registry_method_registration_set_failure_policy(registration, &fault, &policy);
    }
    sclera_hooks_registry_error_t why;
    return sclera_hooks_registry_method_registration_submit(registration, &why) || failed(&why, error);
}

bool sclera_register_to_hook(const sclera_hooks *hooks, const char *hook, const char *menu_name, bool run_asynchronously,
                             sclera_error *error)
{
    hook_module_string_t name = lent_text(hook);
    hook_module_string_t menu = lent_text(menu_name);
    sclera_hooks_registry_error_t why;
    return sclera_hooks_registry_register_to_hook(hooks->module_id, &name, menu_name == NULL ? NULL : &menu,
                                                  run_asynchronously, &why)
           || failed(&why, error);
}

bool sclera_deregister_from_hook(const sclera_hooks *hooks, const char *hook, sclera_error *error)
{
    hook_module_string_t name = lent_text(hook);
    sclera_hooks_registry_error_t why;
    return sclera_hooks_registry_deregister_from_hook(hooks->module_id, &name, &why) || failed(&why, error);
}

uint64_t sclera_now_ms(void)
{
    wasi_clocks_wall_clock_datetime_t now;
    wasi_clocks_wall_clock_now(&now);
    return now.seconds * 1000 + now.nanoseconds / 1000000;
}
