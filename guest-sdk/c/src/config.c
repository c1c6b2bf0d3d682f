#include "sclera/config.h"

#include "internal.h"

bool sclera_config_text(const char *key, const char **value, sclera_error *error)
{
    sclera_string text = {NULL, 0};
    if (!sclera__host_config(key, &text, error)) {
        return false;
    }
    if (text.bytes != NULL) {
        *value = text.bytes;
    }
    return true;
}

/* The value of a key as JSON; NULL if it is not there. */
static bool read(const char *key, sclera_json **value, sclera_error *error)
{
    sclera_string text = {NULL, 0};
    if (!sclera__host_config(key, &text, error)) {
        return false;
    }
    *value = NULL;
    if (text.bytes == NULL) {
        return true;
    }
    sclera_error why = {0};
    *value = sclera_parse_string(text, &why);
    if (*value == NULL) {
        return sclera_fail(error, SCLERA_INVALID_CONFIGURATION,
                           "the configuration key `%s` is not JSON, such as `5`, `true` or `[\"a\"]`: %s", key, why.message);
    }
    return true;
}

static bool misfit(const char *key, const char *wanted, sclera_error *error)
{
    return sclera_fail(error, SCLERA_INVALID_CONFIGURATION, "the configuration key `%s` has to be %s", key, wanted);
}

bool sclera_config_boolean(const char *key, bool *value, sclera_error *error)
{
    sclera_json *json = NULL;
    if (!read(key, &json, error)) {
        return false;
    }
    return json == NULL || sclera_as_boolean(json, value) || misfit(key, "true or false", error);
}

bool sclera_config_integer(const char *key, int64_t *value, sclera_error *error)
{
    sclera_json *json = NULL;
    if (!read(key, &json, error)) {
        return false;
    }
    return json == NULL || sclera_as_integer(json, value) || misfit(key, "an integer", error);
}

bool sclera_config_number(const char *key, double *value, sclera_error *error)
{
    sclera_json *json = NULL;
    if (!read(key, &json, error)) {
        return false;
    }
    return json == NULL || sclera_as_number(json, value) || misfit(key, "a number", error);
}

bool sclera_config_json(const char *key, sclera_json **value, sclera_error *error)
{
    sclera_json *json = NULL;
    if (!read(key, &json, error)) {
        return false;
    }
    if (json != NULL) {
        *value = json;
    }
    return true;
}
