// Compiles only if every header can be used from C++.

#include "sclera.h"
#include "sclera/mock.h"

int main()
{
    sclera_subscription create = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .priority = -10};
    sclera_ioc ioc = {nullptr};
    return create.priority == -10 && ioc.json == nullptr ? 0 : 1;
}
