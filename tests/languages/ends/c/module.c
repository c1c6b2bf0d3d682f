/* Does what C modules do wrong, as the IOC's value says; what becomes of it is in tests/ends.toml. */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sclera.h"

void module_describe(sclera_description *about)
{
    about->name = "ends-c";
    about->version = "1.0.0";
    about->description = "Does what C modules do wrong.";
    about->capabilities[0] = (sclera_capability){
        "http", "{\"origins\": [\"https://a.example\"], \"methods\": [\"GET\", \"POST\"]}", "asks a server"};
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    return sclera_register_to_hook(hooks, SCLERA_ON_POSTLOAD_IOC_CREATE, NULL, true, error);
}

static int deep(int level)
{
    volatile char room[1024];
    room[0] = (char)level;
    return level == 0 ? room[0] : deep(level + 1) + room[0];
}

static bool ask(const char *method, size_t length, sclera_answer *answer, sclera_error *error)
{
    char *body = sclera_alloc(length + 1);
    memset(body, 'x', length);
    sclera_request request = {
        .method = method,
        .url = "https://a.example/b?c#d",
        .headers = {{"x-a", "b"}},
        .body = {body, length},
        .longest_body = 3000,
    };
    sclera_response response;
    if (!sclera_send(&request, &response, error)) {
        return false;
    }
    const char *header = sclera_response_header(&response, "X-Answer");
    sclera_message(answer, "%u, %zu bytes, %s", (unsigned)response.status, response.body.length,
                   header == NULL ? "no header" : header);
    return true;
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    sclera_string what = {"", 0};
    sclera_as_string(sclera_get(event->objects[0], "ioc_value"), &what);
    if (strcmp(what.bytes, "exit") == 0) {
        printf("half a line");
        exit(3);
    } else if (strcmp(what.bytes, "exit well") == 0) {
        exit(0);
    } else if (strcmp(what.bytes, "abort") == 0) {
        printf("half a line");
        abort();
    } else if (strcmp(what.bytes, "assert") == 0) {
        assert(event->count == 0);
    } else if (strcmp(what.bytes, "print") == 0) {
        fwrite("a\xff\0\1b\nmore", 1, 10, stdout);
        fprintf(stderr, "to stderr\n");
    } else if (strcmp(what.bytes, "recurse") == 0) {
        return deep(1) == 0;
    } else if (strcmp(what.bytes, "say nothing") == 0) {
        return false;
    } else if (strcmp(what.bytes, "allocate") == 0) {
        for (;;) {
            sclera_alloc(1 << 20);
        }
    } else if (strcmp(what.bytes, "replace") == 0) {
        sclera_replace(answer, event->list);
    } else if (strcmp(what.bytes, "bad text") == 0) {
        sclera_log(SCLERA_WARN, "bad \xff text");
        sclera_message(answer, "bad \xff text");
    } else if (strcmp(what.bytes, "get") == 0) {
        return ask(NULL, 0, answer, error);
    } else if (strcmp(what.bytes, "post") == 0) {
        return ask("POST", 100000, answer, error);
    }
    return true;
}
