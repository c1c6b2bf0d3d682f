/* One value, from what was sent to the one way to write it. */

#include "guard.h"

typedef enum rule { NONE, IP, DOMAIN_NAME, HOSTNAME, EMAIL, URL, HASH } rule;

static rule rule_of(sclera_ioc_type type)
{
    switch (type) {
    case SCLERA_IOC_TYPE_IP_ANY:
    case SCLERA_IOC_TYPE_IP_SRC:
    case SCLERA_IOC_TYPE_IP_DST: return IP;
    case SCLERA_IOC_TYPE_DOMAIN: return DOMAIN_NAME;
    case SCLERA_IOC_TYPE_HOSTNAME: return HOSTNAME;
    case SCLERA_IOC_TYPE_EMAIL:
    case SCLERA_IOC_TYPE_EMAIL_SRC:
    case SCLERA_IOC_TYPE_EMAIL_DST: return EMAIL;
    case SCLERA_IOC_TYPE_URL: return URL;
    case SCLERA_IOC_TYPE_MD5:
    case SCLERA_IOC_TYPE_SHA1:
    case SCLERA_IOC_TYPE_SHA224:
    case SCLERA_IOC_TYPE_SHA256:
    case SCLERA_IOC_TYPE_SHA384:
    case SCLERA_IOC_TYPE_SHA512: return HASH;
    default: return NONE;
    }
}

static checked check(rule rule, sclera_ioc_type type, sclera_string value, const config *config)
{
    switch (rule) {
    case IP: return check_ip(value, config->reject_private_ips);
    case DOMAIN_NAME: return check_domain(value);
    case HOSTNAME: return check_hostname(value);
    case EMAIL: return check_email(value);
    case URL: return check_url(value);
    case HASH: return check_hash(type, value);
    default: return right(value);
    }
}

indicator read_indicator(sclera_ioc_type type, sclera_string sent, const config *config)
{
    indicator read = {.value = sent};
    rule rule = rule_of(type);
    if (rule == NONE) {
        return read;
    }
    sclera_string cleaned = clean(sent);
    checked refanged = rule == HASH ? right(cleaned) : refang(cleaned, rule == URL ? AUTHORITY : ALL);
    if (refanged.reason == NULL && refanged.value.length == 0) {
        refanged = wrong("the value of an IOC of the type %s is empty", sclera_ioc_type_name(type));
    }
    checked found = refanged.reason == NULL ? check(rule, type, refanged.value, config) : refanged;
    if (found.reason != NULL) {
        read.reason = found.reason;
        return read;
    }
    read.value = found.value;
    read.refanged = !sclera_string_equal(refanged.value, cleaned);
    read.normalised = !sclera_string_equal(cleaned, sent) || !sclera_string_equal(found.value, refanged.value);
    return read;
}
