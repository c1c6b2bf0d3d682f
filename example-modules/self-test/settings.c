/* What an operator can set. */

#include <string.h>

#include "self_test.h"

static bool is_hook(const char *name)
{
    for (size_t i = 0; i < SCLERA_HOOK_COUNT; i++) {
        if (strcmp(sclera_all_hooks[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool read_settings(settings *settings, sclera_error *error)
{
    settings->log_received = true;
    settings->fail_on = sclera_list();
    settings->record = false;
    if (!sclera_config_boolean("log_received", &settings->log_received, error)
        || !sclera_config_json("fail_on", &settings->fail_on, error)
        || !sclera_config_boolean("record", &settings->record, error)) {
        return false;
    }
    for (sclera_json *name = sclera_first(settings->fail_on); name != NULL; name = sclera_next(settings->fail_on, name)) {
        const char *hook = sclera_as_text(name);
        if (hook == NULL || !is_hook(hook)) {
            return sclera_fail(error, SCLERA_INVALID_CONFIGURATION,
                               "the configuration key `fail_on` names `%s`, and there is no such hook; `sclera hooks` lists them",
                               hook == NULL ? sclera_write(name).bytes : hook);
        }
    }
    return true;
}

bool fails_on(const settings *settings, const char *hook)
{
    for (sclera_json *name = sclera_first(settings->fail_on); name != NULL; name = sclera_next(settings->fail_on, name)) {
        if (strcmp(sclera_as_text(name), hook) == 0) {
            return true;
        }
    }
    return false;
}
