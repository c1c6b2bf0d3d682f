/* The module's configuration, as the operator wrote it and as the schema in the module's description allows.
 *
 * Each function leaves its `*value` as it is if the key is not there, so put the default there first. It answers false, with
 * the code SCLERA_INVALID_CONFIGURATION, only if there is something that it cannot read. */
#ifndef SCLERA_CONFIG_H
#define SCLERA_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sclera/error.h"
#include "sclera/json.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A text, as it is. A secret is a placeholder, which the host replaces in the requests that it allows. */
bool sclera_config_text(const char *key, const char **value, sclera_error *error);
bool sclera_config_boolean(const char *key, bool *value, sclera_error *error);
bool sclera_config_integer(const char *key, int64_t *value, sclera_error *error);
bool sclera_config_number(const char *key, double *value, sclera_error *error);
/* A list, an object, or whatever else is written as JSON. */
bool sclera_config_json(const char *key, sclera_json **value, sclera_error *error);

#ifdef __cplusplus
}
#endif

#endif
