/* The mock host: what it was told, and what it has seen. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"
#include "sclera/mock.h"

enum { MOST = 256 };

typedef struct answer {
    const char *error;
    uint16_t status;
    const char *body;
} answer;

static struct {
    sclera_header config[MOST];
    size_t config_count;
    uint64_t now_ms;
    sclera_subscription subscriptions[MOST];
    size_t subscription_count;
    const char *logs[MOST];
    size_t log_count;
    answer answers[MOST];
    size_t answer_count;
    sclera_request requests[MOST];
    size_t request_count;
} host;

static void keep(size_t count)
{
    if (count >= MOST) {
        fprintf(stderr, "the mock host keeps at most %d of each kind; begin a new test with sclera_mock_reset\n", MOST);
        exit(1);
    }
}

static const char *copied(const char *text)
{
    return text == NULL ? NULL : sclera_copy(text, strlen(text));
}

void sclera_mock_reset(void)
{
    memset(&host, 0, sizeof(host));
    host.now_ms = UINT64_C(1767323045000);
    sclera__forget_json();
    sclera__free_all();
}

void sclera_mock_config(const char *key, const char *text)
{
    keep(host.config_count);
    host.config[host.config_count].name = copied(key);
    host.config[host.config_count].value = copied(text);
    host.config_count++;
}

bool sclera__host_config(const char *key, sclera_string *text, sclera_error *error)
{
    (void)error;
    for (size_t i = 0; i < host.config_count; i++) {
        if (strcmp(host.config[i].name, key) == 0) {
            *text = sclera_string_of(host.config[i].value);
        }
    }
    return true;
}

void sclera_mock_now(uint64_t ms)
{
    host.now_ms = ms;
}

uint64_t sclera_now_ms(void)
{
    return host.now_ms;
}

void sclera__host_log(sclera_level level, sclera_string context, sclera_string message)
{
    static const char *const LEVELS[] = {"trace", "debug", "info", "warn", "error", "critical"};
    (void)context;
    keep(host.log_count);
    host.logs[host.log_count++] = sclera_format("%s: %s", LEVELS[level], message.bytes);
}

const char *sclera_mock_log(size_t index)
{
    return index < host.log_count ? host.logs[index] : NULL;
}

/* ---- HTTP ---- */

void sclera_mock_http(uint16_t status, const char *body)
{
    keep(host.answer_count);
    answer given = {NULL, status, copied(body)};
    host.answers[host.answer_count++] = given;
}

void sclera_mock_http_error(const char *code)
{
    keep(host.answer_count);
    answer given = {copied(code), 0, NULL};
    host.answers[host.answer_count++] = given;
}

bool sclera_send(const sclera_request *request, sclera_response *response, sclera_error *error)
{
    keep(host.request_count);
    size_t index = host.request_count++;
    host.requests[index] = *request;
    if (strncmp(request->url, "https://", 8) != 0 && strncmp(request->url, "http://", 7) != 0) {
        return sclera_fail(error, SCLERA_HTTP_INVALID, "`%s` is not an address such as `https://a.example/b`",
                           request->url);
    }
    if (index >= host.answer_count) {
        return sclera_fail(error, SCLERA_HTTP_REFUSED, "the request to %s was refused: the test has no answer for it",
                           request->url);
    }
    const answer *given = &host.answers[index];
    if (given->error != NULL) {
        bool later = strcmp(given->error, SCLERA_HTTP_TIMEOUT) == 0 || strcmp(given->error, SCLERA_HTTP_UNREACHABLE) == 0;
        return (later ? sclera_fail_for_now : sclera_fail)(error, given->error, "the request to %s failed", request->url);
    }
    sclera_response empty = {0};
    *response = empty;
    response->status = given->status;
    response->body = sclera_string_of(given->body == NULL ? "" : given->body);
    return true;
}

const sclera_request *sclera_mock_request(size_t index)
{
    return index < host.request_count ? &host.requests[index] : NULL;
}

/* ---- The registry ---- */

static bool is_known(const char *hook)
{
    for (size_t i = 0; i < SCLERA_HOOK_COUNT; i++) {
        if (strcmp(sclera_all_hooks[i], hook) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_menu_name(const char *name, sclera_error *error)
{
    sclera_string string = sclera_string_of(name);
    size_t characters = 0;
    bool printable = true;
    for (size_t place = 0; place < string.length; characters++) {
        uint32_t character = sclera_next_character(string, &place);
        printable = printable && character >= ' ' && !(character >= 0x7f && character < 0xa0);
    }
    return (characters >= 1 && characters <= 128 && printable)
           || sclera_fail(error, "invalid-menu-name",
                          "`%s` cannot be a menu name: 1 to 128 characters, none of them a control character", name);
}

static bool check_policies(const sclera_subscription *subscription, sclera_error *error)
{
    size_t most = sizeof(subscription->on_failure) / sizeof(subscription->on_failure[0]);
    for (size_t i = 0; i < most && subscription->on_failure[i].fault != NULL; i++) {
        const char *policy = subscription->on_failure[i].policy;
        bool fits = strcmp(policy, "continue") == 0
                    || (strcmp(policy, "reject") == 0 && sclera_is_preload(subscription->hook))
                    || (strcmp(policy, "retry") == 0 && !subscription->synchronous);
        if (!fits) {
            return sclera_fail(error, "invalid-failure-policy",
                               "the policy `%s` for `%s` does not go together with this subscription to %s", policy,
                               subscription->on_failure[i].fault, subscription->hook);
        }
    }
    return true;
}

bool sclera_subscribe(const sclera_hooks *hooks, const sclera_subscription *subscription, sclera_error *error)
{
    (void)hooks;
    sclera_subscription made = *subscription;
    if (!is_known(made.hook)) {
        return sclera_fail(error, "unknown-hook", "there is no hook `%s`; see sclera/hook.h", made.hook);
    }
    made.synchronous = made.synchronous || sclera_is_preload(made.hook);
    if (sclera_is_manual(made.hook)) {
        if (made.menu_name == NULL) {
            sclera_description about = {0};
            module_describe(&about);
            made.menu_name = sclera_format("%s::%s", about.name, made.hook);
        }
        if (!check_menu_name(made.menu_name, error)) {
            return false;
        }
    } else {
        made.menu_name = NULL;
    }
    if (!check_policies(&made, error)) {
        return false;
    }
    size_t index = 0;
    while (index < host.subscription_count
           && (strcmp(host.subscriptions[index].hook, made.hook) != 0
               || (made.menu_name != NULL && strcmp(host.subscriptions[index].menu_name, made.menu_name) != 0))) {
        index++;
    }
    keep(index);
    host.subscriptions[index] = made;
    host.subscription_count += index == host.subscription_count;
    return true;
}

bool sclera_register_to_hook(const sclera_hooks *hooks, const char *hook, const char *menu_name, bool run_asynchronously,
                             sclera_error *error)
{
    sclera_subscription subscription = {0};
    subscription.hook = hook;
    subscription.menu_name = menu_name;
    subscription.synchronous = !run_asynchronously;
    return sclera_subscribe(hooks, &subscription, error);
}

bool sclera_deregister_from_hook(const sclera_hooks *hooks, const char *hook, sclera_error *error)
{
    (void)hooks;
    (void)error;
    size_t kept = 0;
    for (size_t i = 0; i < host.subscription_count; i++) {
        if (strcmp(host.subscriptions[i].hook, hook) != 0) {
            host.subscriptions[kept++] = host.subscriptions[i];
        }
    }
    host.subscription_count = kept;
    return true;
}

bool sclera_mock_register(sclera_error *error)
{
    sclera_hooks hooks = {7};
    host.subscription_count = 0;
    bool well = module_register(&hooks, error);
    if (!well) {
        host.subscription_count = 0;
    }
    return well;
}

size_t sclera_mock_subscription_count(void)
{
    return host.subscription_count;
}

const sclera_subscription *sclera_mock_subscription(size_t index)
{
    return index < host.subscription_count ? &host.subscriptions[index] : NULL;
}
