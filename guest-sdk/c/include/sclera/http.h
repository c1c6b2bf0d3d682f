/* HTTP to the origins that the operator granted, one request after the other. */
#ifndef SCLERA_HTTP_H
#define SCLERA_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera/error.h"
#include "sclera/json.h"
#include "sclera/text.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sclera_header {
    const char *name;
    const char *value;
} sclera_header;

typedef struct sclera_request {
    const char *method; /* NULL is GET */
    const char *url;    /* https://www.virustotal.com/api/v3/… */
    /* Up to the first without a name. */
    sclera_header headers[16];
    /* What to send. Without bytes, nothing. */
    sclera_string body;
    /* How long to wait for the connection, for the first byte, and between bytes: milliseconds; 0 is 10,000. The delivery's
       own deadline holds as well. */
    uint32_t timeout_ms;
    /* The longest body to take: bytes; 0 is 4 MiB. */
    size_t longest_body;
} sclera_request;

typedef struct sclera_response {
    uint16_t status; /* any status is an answer, a redirect and a 404 as well */
    sclera_header *headers;
    size_t header_count;
    sclera_string body;
} sclera_response;

/* The codes of what can go wrong. */

/* The operator does not grant it: the origin, the method, the address behind the name, or any network at this TLP. */
#define SCLERA_HTTP_REFUSED "http-refused"
/* The server did not answer in time. Retryable. */
#define SCLERA_HTTP_TIMEOUT "http-timeout"
/* There is no connection to the server, or it ended in between. Retryable. */
#define SCLERA_HTTP_UNREACHABLE "http-unreachable"
/* The request cannot be sent as it is: its URL, its method or a header. */
#define SCLERA_HTTP_INVALID "http-invalid"
/* The answer, or the request, is larger than it may be. */
#define SCLERA_HTTP_TOO_LARGE "http-too-large"
/* The server answered with a status that is no success. Retryable for 408, 425, 429 and from 500 on. */
#define SCLERA_HTTP_STATUS "http-status"
/* The answer's body is not what was expected. */
#define SCLERA_HTTP_BAD_ANSWER "http-bad-answer"

/* Sends a request and waits for its whole answer. False if there is none. */
bool sclera_send(const sclera_request *request, sclera_response *response, sclera_error *error);

/* Whether the status is 200 to 299. */
bool sclera_response_ok(const sclera_response *response);
/* The value of a header, whose name may be in any case; NULL if there is none. */
const char *sclera_response_header(const sclera_response *response, const char *name);
/* The same; if not, with the error that the module can fail with. */
bool sclera_response_success(const sclera_response *response, sclera_error *error);
/* The body as JSON; NULL if it is not JSON, with the code SCLERA_HTTP_BAD_ANSWER. */
sclera_json *sclera_response_json(const sclera_response *response, sclera_error *error);
/* A text in which a URL sees nothing but text: everything but letters, digits and `-._~` in percent form. */
const char *sclera_escape_url(const char *text);

#ifdef __cplusplus
}
#endif

#endif
