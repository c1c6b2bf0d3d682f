/* Unit tests, natively, with a mock host: `make test`. */

#include "sclera/mock.h"

static sclera_mock_result create(const char *payload)
{
    sclera_mock_event event = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .payload = payload};
    return sclera_mock_handle(event);
}

static void a_new_ioc_gets_the_usual_tag(void)
{
    sclera_mock_result result = create("{\"ioc_value\": \"evil.example\", \"ioc_type_id\": 20}");
    sclera_check_text(result.payload, "[{\"ioc_value\":\"evil.example\",\"ioc_type_id\":20,\"ioc_tags\":\"new\"}]");
    sclera_check_text(sclera_mock_log(0), "info: tagged evil.example");
}

static void the_tag_can_be_configured(void)
{
    sclera_mock_config("tag", "seen");
    sclera_mock_result result = create("{\"ioc_value\": \"evil.example\", \"ioc_tags\": \"c2\"}");
    sclera_check_text(result.payload, "[{\"ioc_value\":\"evil.example\",\"ioc_tags\":\"c2,seen\"}]");
}

static void an_ioc_without_a_value_is_refused(void)
{
    sclera_mock_result result = create("[{\"ioc_value\": \"evil.example\"}, {\"ioc_value\": null}]");
    sclera_check(result.answer.outcome == SCLERA_REJECT);
    sclera_check_text(result.answer.pointer, "/1/ioc_value");
}

static void it_listens_to_new_iocs(void)
{
    sclera_check(sclera_mock_register(NULL) && sclera_mock_subscription_count() == 1);
    sclera_check_text(sclera_mock_subscription(0)->hook, SCLERA_ON_PRELOAD_IOC_CREATE);
}

int main(void)
{
    sclera_mock_run(a_new_ioc_gets_the_usual_tag);
    sclera_mock_run(the_tag_can_be_configured);
    sclera_mock_run(an_ioc_without_a_value_is_refused);
    sclera_mock_run(it_listens_to_new_iocs);
    return 0;
}
