/* sclera_send, through wasi:http: one request at a time, and blocking. */

#include <string.h>

#include "hook_module.h"
#include "../internal.h"

enum {
    TIMEOUT_MS = 10 * 1000,
    LONGEST_BODY = 4 * 1024 * 1024,
    /* The most that wasi:io takes in one blocking write. */
    PIECE = 4096,
    READ = 64 * 1024,
};

static hook_module_string_t lent(sclera_string string)
{
    hook_module_string_t theirs = {(uint8_t *)(uintptr_t)string.bytes, string.length};
    return theirs;
}

static sclera_string piece(const char *start, const char *end)
{
    sclera_string string = {sclera_copy(start, (size_t)(end - start)), (size_t)(end - start)};
    return string;
}

/* ---- What goes wrong ---- */

static bool refused(const wasi_http_types_error_code_t *why, const char *url, sclera_error *error)
{
    switch (why->tag) {
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_DENIED:
    case WASI_HTTP_TYPES_ERROR_CODE_DESTINATION_IP_PROHIBITED:
        return sclera_fail(error, SCLERA_HTTP_REFUSED, "the request to %s was refused: the operator has not granted it", url);
    case WASI_HTTP_TYPES_ERROR_CODE_DNS_TIMEOUT:
    case WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_TIMEOUT:
    case WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_READ_TIMEOUT:
    case WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_WRITE_TIMEOUT:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_TIMEOUT:
        return sclera_fail_for_now(error, SCLERA_HTTP_TIMEOUT, "%s did not answer in time", url);
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_BODY_SIZE:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_URI_TOO_LONG:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_HEADER_SECTION_SIZE:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_HEADER_SIZE:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_BODY_SIZE:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_HEADER_SECTION_SIZE:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_HEADER_SIZE:
        return sclera_fail(error, SCLERA_HTTP_TOO_LARGE, "the request to %s, or its answer, is larger than it may be", url);
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_METHOD_INVALID:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_URI_INVALID:
    case WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_LENGTH_REQUIRED:
        return sclera_fail(error, SCLERA_HTTP_INVALID, "the request to %s cannot be sent as it is", url);
    default: {
        sclera_string said = {"", 0};
        if (why->tag == WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR && why->val.internal_error.is_some) {
            hook_module_string_t text = why->val.internal_error.val;
            said = piece((char *)text.ptr, (char *)text.ptr + text.len);
        }
        return sclera_fail_for_now(error, SCLERA_HTTP_UNREACHABLE, "%s cannot be reached%s%s", url,
                                   said.length > 0 ? ": " : "", said.bytes);
    }
    }
}

static bool broken(const wasi_io_streams_stream_error_t *why, const char *url, sclera_error *error)
{
    if (why->tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
        wasi_http_types_error_code_t code;
        wasi_http_types_borrow_io_error_t reason = wasi_io_error_borrow_error(why->val.last_operation_failed);
        if (wasi_http_types_http_error_code(reason, &code)) {
            return refused(&code, url, error);
        }
    }
    return sclera_fail_for_now(error, SCLERA_HTTP_UNREACHABLE, "the connection to %s ended in between", url);
}

/* ---- The request ---- */

static wasi_http_types_method_t method_of(const char *name)
{
    static const char *const NAMES[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_OTHER};
    for (uint8_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
        if (strcmp(NAMES[i], name) == 0) {
            method.tag = i;
            return method;
        }
    }
    method.val.other = lent(sclera_utf8(sclera_string_of(name)));
    return method;
}

static bool headers_of(const sclera_request *request, wasi_http_types_own_fields_t *fields, sclera_error *error)
{
    enum { MOST = sizeof(request->headers) / sizeof(request->headers[0]) };
    wasi_http_types_tuple2_field_name_field_value_t entries[MOST];
    wasi_http_types_list_tuple2_field_name_field_value_t list = {entries, 0};
    for (size_t i = 0; i < MOST && request->headers[i].name != NULL; i++) {
        sclera_string value = sclera_string_of(request->headers[i].value);
        entries[i].f0 = lent(sclera_utf8(sclera_string_of(request->headers[i].name)));
        entries[i].f1.ptr = (uint8_t *)(uintptr_t)value.bytes;
        entries[i].f1.len = value.length;
        list.len++;
    }
    wasi_http_types_header_error_t why;
    return wasi_http_types_static_fields_from_list(&list, fields, &why)
           || sclera_fail(error, SCLERA_HTTP_INVALID, "a header of the request to %s cannot be sent", request->url);
}

static bool address(wasi_http_types_borrow_outgoing_request_t made, const char *url, sclera_error *error)
{
    wasi_http_types_scheme_t scheme;
    if (strncmp(url, "https://", 8) == 0) {
        scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTPS;
    } else if (strncmp(url, "http://", 7) == 0) {
        scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTP;
    } else {
        return sclera_fail(error, SCLERA_HTTP_INVALID, "`%s` is not an address such as `https://a.example/b`", url);
    }
    const char *start = strstr(url, "://") + 3;
    const char *end = start + strcspn(start, "/?#");
    const char *path_end = end + strcspn(end, "#");
    hook_module_string_t authority = lent(piece(start, end));
    hook_module_string_t path = lent(piece(end, path_end));
    if (*end != '/') {
        path = lent(sclera_string_of(sclera_format("/%s", piece(end, path_end).bytes)));
    }
    return (wasi_http_types_method_outgoing_request_set_scheme(made, &scheme)
            && wasi_http_types_method_outgoing_request_set_authority(made, &authority)
            && wasi_http_types_method_outgoing_request_set_path_with_query(made, &path))
           || sclera_fail(error, SCLERA_HTTP_INVALID, "`%s` is not an address such as `https://a.example/b`", url);
}

static wasi_http_types_own_request_options_t patience(uint32_t timeout_ms)
{
    wasi_http_types_own_request_options_t options = wasi_http_types_constructor_request_options();
    wasi_http_types_borrow_request_options_t set = wasi_http_types_borrow_request_options(options);
    wasi_http_types_duration_t duration = (uint64_t)(timeout_ms == 0 ? TIMEOUT_MS : timeout_ms) * 1000 * 1000;
    wasi_http_types_method_request_options_set_connect_timeout(set, &duration);
    wasi_http_types_method_request_options_set_first_byte_timeout(set, &duration);
    wasi_http_types_method_request_options_set_between_bytes_timeout(set, &duration);
    return options;
}

/* Sends the body, as far as it goes: why it does not go further, the answer says. */
static void send_body(wasi_http_types_own_outgoing_body_t body, sclera_string bytes)
{
    wasi_http_types_own_output_stream_t stream;
    if (bytes.length > 0
        && wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream)) {
        wasi_io_streams_borrow_output_stream_t to = wasi_io_streams_borrow_output_stream(stream);
        bool well = true;
        for (size_t sent = 0; well && sent < bytes.length;) {
            size_t rest = bytes.length - sent;
            hook_module_list_u8_t part = {(uint8_t *)(uintptr_t)bytes.bytes + sent, rest < PIECE ? rest : PIECE};
            wasi_io_streams_stream_error_t why;
            well = wasi_io_streams_method_output_stream_blocking_write_and_flush(to, &part, &why);
            sent += part.len;
        }
        wasi_io_streams_output_stream_drop_own(stream);
    }
    wasi_http_types_error_code_t why;
    wasi_http_types_static_outgoing_body_finish(body, NULL, &why);
}

/* ---- The answer ---- */

static void take_headers(wasi_http_types_borrow_incoming_response_t answer, sclera_response *response)
{
    wasi_http_types_own_headers_t headers = wasi_http_types_method_incoming_response_headers(answer);
    wasi_http_types_list_tuple2_field_name_field_value_t entries;
    wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(headers), &entries);
    response->headers = sclera_alloc((entries.len + 1) * sizeof(sclera_header));
    response->header_count = entries.len;
    for (size_t i = 0; i < entries.len; i++) {
        response->headers[i].name = sclera_copy((const char *)entries.ptr[i].f0.ptr, entries.ptr[i].f0.len);
        response->headers[i].value = sclera_copy((const char *)entries.ptr[i].f1.ptr, entries.ptr[i].f1.len);
    }
    wasi_http_types_fields_drop_own(headers);
}

static bool take_body(wasi_http_types_borrow_incoming_response_t answer, const sclera_request *request,
                      sclera_response *response, sclera_error *error)
{
    wasi_http_types_own_incoming_body_t body;
    wasi_http_types_own_input_stream_t stream;
    if (!wasi_http_types_method_incoming_response_consume(answer, &body)
        || !wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &stream)) {
        return sclera_fail(error, SCLERA_HTTP_BAD_ANSWER, "the answer of %s cannot be read", request->url);
    }
    size_t longest = request->longest_body == 0 ? LONGEST_BODY : request->longest_body;
    size_t room = READ;
    char *bytes = sclera_alloc(room + 1);
    size_t length = 0;
    for (;;) {
        hook_module_list_u8_t part;
        wasi_io_streams_stream_error_t why;
        if (!wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(stream), READ, &part,
                                                               &why)) {
            if (why.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
                return broken(&why, request->url, error);
            }
            break;
        }
        if (part.len > longest - length) {
            return sclera_fail(error, SCLERA_HTTP_TOO_LARGE, "the answer of %s has more than %zu bytes", request->url,
                               longest);
        }
        if (length + part.len > room) {
            room = 2 * (length + part.len);
            bytes = sclera__grow(bytes, length, room + 1);
        }
        memcpy(bytes + length, part.ptr, part.len);
        length += part.len;
        hook_module_list_u8_free(&part);
    }
    bytes[length] = '\0';
    response->body.bytes = bytes;
    response->body.length = length;
    wasi_io_streams_input_stream_drop_own(stream);
    return true;
}

static bool wait_for(wasi_http_types_own_future_incoming_response_t future, const char *url,
                     wasi_http_types_own_incoming_response_t *answer, sclera_error *error)
{
    wasi_http_types_borrow_future_incoming_response_t waiting = wasi_http_types_borrow_future_incoming_response(future);
    wasi_http_types_own_pollable_t pollable = wasi_http_types_method_future_incoming_response_subscribe(waiting);
    wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
    wasi_io_poll_pollable_drop_own(pollable);
    wasi_http_types_result_result_own_incoming_response_error_code_void_t result;
    if (!wasi_http_types_method_future_incoming_response_get(waiting, &result) || result.is_err) {
        return sclera_fail_for_now(error, SCLERA_HTTP_UNREACHABLE, "there is no answer from %s", url);
    }
    if (result.val.ok.is_err) {
        return refused(&result.val.ok.val.err, url, error);
    }
    *answer = result.val.ok.val.ok;
    return true;
}

bool sclera_send(const sclera_request *request, sclera_response *response, sclera_error *error)
{
    wasi_http_types_own_fields_t headers;
    if (!headers_of(request, &headers, error)) {
        return false;
    }
    wasi_http_types_own_outgoing_request_t made = wasi_http_types_constructor_outgoing_request(headers);
    wasi_http_types_borrow_outgoing_request_t set = wasi_http_types_borrow_outgoing_request(made);
    wasi_http_types_method_t method = method_of(request->method == NULL ? "GET" : request->method);
    wasi_http_types_own_outgoing_body_t body;
    if (!wasi_http_types_method_outgoing_request_set_method(set, &method)
        || !wasi_http_types_method_outgoing_request_body(set, &body)) {
        return sclera_fail(error, SCLERA_HTTP_INVALID, "`%s` is not a method of HTTP", request->method);
    }
    if (!address(set, request->url, error)) {
        return false;
    }
    wasi_http_types_own_request_options_t options = patience(request->timeout_ms);
    wasi_http_outgoing_handler_own_future_incoming_response_t future;
    wasi_http_outgoing_handler_error_code_t why;
    if (!wasi_http_outgoing_handler_handle(made, &options, &future, &why)) {
        return refused(&why, request->url, error);
    }
    wasi_http_types_own_incoming_response_t answer;
    send_body(body, request->body);
    if (!wait_for(future, request->url, &answer, error)) {
        return false;
    }
    wasi_http_types_borrow_incoming_response_t borrowed = wasi_http_types_borrow_incoming_response(answer);
    response->status = wasi_http_types_method_incoming_response_status(borrowed);
    take_headers(borrowed, response);
    return take_body(borrowed, request, response, error);
}
