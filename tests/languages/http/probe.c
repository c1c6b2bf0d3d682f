/* Asks the server at `url`, and tells the user what it said. */
#include <sclera.h>

void module_describe(sclera_description *about)
{
    about->name = "probe";
    about->version = "1.0.0";
    about->description = "Asks a server";
    about->config_schema = "{\"type\": \"object\", \"properties\": {\"url\": {\"type\": \"string\"}}, \"required\": [\"url\"]}";
    about->capabilities[0] = (sclera_capability){
        .name = "http",
        .parameters = "{\"origins\": [\"https://probe.example\"]}",
        .reason = "asks the server that you name",
    };
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    sclera_subscription click = {.hook = SCLERA_ON_MANUAL_TRIGGER_IOC};
    return sclera_subscribe(hooks, &click, error);
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    (void)event;
    sclera_request request = {0};
    sclera_response response;
    if (!sclera_config_text("url", &request.url, error) || !sclera_send(&request, &response, error)) {
        return false;
    }
    sclera_message(answer, "%u %s", (unsigned)response.status, response.body.bytes);
    return true;
}
