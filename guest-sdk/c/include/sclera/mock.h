/* A host for a module's unit tests, natively: compile src/ and src/mock/ of the SDK and vendor/yyjson with the test.
 *
 * It answers like the real one where a module could notice: configuration as texts, subscriptions that take effect together,
 * outcomes that a hook does not allow. It has no sandbox; a module that aborts ends the test. */
#ifndef SCLERA_MOCK_H
#define SCLERA_MOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A new host: no configuration, no log lines, no answers; all memory of the one before is gone. `sclera_mock_run` calls it before
   and after each test. */
void sclera_mock_reset(void);

/* Sets a configuration key, as the module gets it: a text as it is, everything else as JSON. */
void sclera_mock_config(const char *key, const char *text);

/* What time it is. Default: 2026-01-02T03:04:05Z. */
void sclera_mock_now(uint64_t ms);

/* ---- Registering ---- */

/* Lets the module register. True if it could; then this is what took effect. */
bool sclera_mock_register(sclera_error *error);
size_t sclera_mock_subscription_count(void);
const sclera_subscription *sclera_mock_subscription(size_t index);

/* ---- Handling ---- */

/* A hook that happened. What is not set has a default. */
typedef struct sclera_mock_event {
    const char *hook;
    const char *payload;      /* JSON: a list of objects, or one object; default: [{}] */
    const char *metadata;     /* JSON: an object; default: {} */
    const char *menu_name;    /* for a manual hook */
    const char *triggered_by; /* default: ada */
    uint32_t attempt;         /* default: 1 */
} sclera_mock_event;

typedef struct sclera_mock_result {
    bool ok;            /* whether there is an answer; else there is an error */
    sclera_error error; /* what the module failed with; "bad-output" where the host would not take its answer */
    sclera_answer answer;
    const char *payload; /* the objects of a replace as JSON */
} sclera_mock_result;

/* Lets the module handle an event. */
sclera_mock_result sclera_mock_handle(sclera_mock_event event);

/* The actions of an answer, as JSON: [{"operation":"update","object":"ioc","target":"12","change":{…}}]. */
const char *sclera_mock_actions(const sclera_answer *answer);

/* ---- What the module did besides ---- */

/* A log line, such as "warn: no such list"; NULL if there are not so many. */
const char *sclera_mock_log(size_t index);

/* Adds an answer to the requests that the module will send, which get them in order. */
void sclera_mock_http(uint16_t status, const char *body);
/* The same, with an error instead: SCLERA_HTTP_TIMEOUT… A request without an answer gets SCLERA_HTTP_REFUSED. */
void sclera_mock_http_error(const char *code);
/* The requests that it has sent; NULL if there are not so many. */
const sclera_request *sclera_mock_request(size_t index);

/* ---- Checking ---- */

/* Runs a test, a function without arguments, with a new mock host; says so, and lets nothing leak. */
#define sclera_mock_run(test) sclera_mock_run_named(test, #test)
void sclera_mock_run_named(void (*test)(void), const char *name);

/* Ends the test, with the line and both texts, if they are not the same. */
#define sclera_check_text(actual, expected) sclera_check_text_at(__FILE__, __LINE__, #actual, actual, expected)
void sclera_check_text_at(const char *file, int line, const char *what, const char *actual, const char *expected);
/* Ends the test, with the line, if something does not hold. Unlike assert, also with NDEBUG. */
#define sclera_check(holds) ((holds) ? (void)0 : sclera_check_failed(__FILE__, __LINE__, #holds))
void sclera_check_failed(const char *file, int line, const char *what);

#ifdef __cplusplus
}
#endif

#endif
