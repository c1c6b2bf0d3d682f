// `fetch`, over `wasi:http`. The part of it that makes sense for a module.

import { ModuleError } from "../error.js";
import { parse } from "../json.js";
import { bytesOf, decode, encode } from "./utf8.js";

/** Why a request got no answer. Uncaught, it is the module's error, and says itself whether to try again. */
export class FetchError extends ModuleError {
  constructor(code, message, options) {
    super(code, message, options);
    this.name = "FetchError";
  }
}

/** The headers of a request or an answer: names in any case. */
export class Headers {
  #values = new Map();

  constructor(init = {}) {
    const pairs = init instanceof Headers || Array.isArray(init) ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name, value) {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  set(name, value) {
    this.#values.set(String(name).toLowerCase(), String(value).trim());
  }

  get(name) {
    return this.#values.get(String(name).toLowerCase()) ?? null;
  }

  has(name) {
    return this.#values.has(String(name).toLowerCase());
  }

  delete(name) {
    this.#values.delete(String(name).toLowerCase());
  }

  entries() {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)).values();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(run) {
    for (const [name, value] of this) run(value, name, this);
  }
}

/** An answer. `read` gives its body's bytes, once. */
export class Response {
  #read;

  constructor(body, { status = 200, headers, url = "" } = {}) {
    this.#read = typeof body === "function" ? body : () => (body === null || body === undefined ? new Uint8Array() : toBytes(body));
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new Headers(headers);
    this.url = url;
    this.redirected = false;
    this.bodyUsed = false;
  }

  async bytes() {
    if (this.bodyUsed) throw new TypeError("the body of this answer was read already");
    this.bodyUsed = true;
    return this.#read();
  }

  async arrayBuffer() {
    const bytes = await this.bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }

  async text() {
    const text = decode(await this.bytes());
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  }

  async json() {
    const text = await this.text();
    try {
      return parse(text);
    } catch (cause) {
      throw new FetchError("http-bad-answer", `the answer of ${this.url || "the server"} is not JSON: ${cause.message}`, { cause });
    }
  }
}

/** What is asked for, checked: for the host's fetch, and for the mock host's. */
export function toRequest(url, options = {}) {
  const known = ["method", "headers", "body", "timeout", "redirect"];
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`fetch has no option \`${key}\` here: there are ${known.join(", ")}`);
  }
  const { method = "GET", headers, body, timeout, redirect = "manual" } = options;
  if (redirect !== "manual") throw new TypeError("a redirect is an answer: fetch it, if you want to follow it");
  const parts = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(String(url));
  if (!parts) {
    throw new FetchError("http-invalid", `\`${url}\` is no URL that can be fetched: it must begin with https:// or http://`);
  }
  const [, scheme, authority, path] = parts;
  const request = {
    url: `${scheme}://${authority}${path}`,
    scheme: scheme.toLowerCase(),
    authority,
    path: path.startsWith("/") ? path : `/${path}`,
    method: method.toUpperCase(),
    headers: new Headers(headers),
    body: body === undefined || body === null ? undefined : toBytes(body),
    timeout,
  };
  if (typeof body === "string" && !request.headers.has("content-type")) {
    request.headers.set("content-type", "text/plain;charset=UTF-8");
  }
  return request;
}

function toBytes(body) {
  if (typeof body === "string") return encode(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return bytesOf(body);
  throw new TypeError("a body is a text or bytes; write an object with JSON.stringify");
}

/** `fetch` over the imports `wasi:http/types` and `wasi:http/outgoing-handler`. `wait(pollable, wake)` waits. */
export function makeFetch(http, handle, wait) {
  return async function fetch(url, options) {
    const request = toRequest(url, options);
    const outgoing = outgoingRequest(http, request);
    const body = request.body && outgoing.body();
    const future = attempt(request, () => handle(outgoing, requestOptions(http, request)));
    if (body) send(http, body, request);
    let answer = future.get();
    if (answer === null || answer === undefined) {
      await new Promise((resolve) => wait(future.subscribe(), resolve));
      answer = future.get();
    }
    // None if it was taken already, then whether it was, then whether there is an answer.
    const incoming = attempt(request, () => unwrap(unwrap(answer)));
    future[Symbol.dispose]?.();
    return response(http, incoming, request);
  };
}

function unwrap({ tag, val }) {
  if (tag === "ok") return val;
  throw Object.assign(new Error("no answer"), { payload: val });
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

function outgoingRequest({ Fields, OutgoingRequest }, { method, scheme, authority, path, headers }) {
  const pairs = [...headers].map(([name, value]) => [name, encode(value)]);
  let outgoing;
  try {
    outgoing = new OutgoingRequest(Fields.fromList(pairs));
    outgoing.setMethod(METHODS.includes(method) ? { tag: method.toLowerCase() } : { tag: "other", val: method });
    outgoing.setScheme({ tag: scheme.toUpperCase() });
    outgoing.setAuthority(authority);
    outgoing.setPathWithQuery(path);
  } catch (error) {
    throw new FetchError("http-invalid", `${method} ${scheme}://${authority} cannot be sent as it is: ${tagOf(error)}`);
  }
  return outgoing;
}

function requestOptions({ RequestOptions }, { timeout }) {
  if (timeout === undefined) return undefined;
  const options = new RequestOptions();
  const nanoseconds = Math.max(1, Math.round(timeout * 1e6));
  options.setConnectTimeout(nanoseconds);
  options.setFirstByteTimeout(nanoseconds);
  options.setBetweenBytesTimeout(nanoseconds);
  return options;
}

/** Bytes that one write may have at most. */
const CHUNK = 4096;

function send({ OutgoingBody }, body, request) {
  const stream = body.write();
  try {
    for (let at = 0; at < request.body.length; at += CHUNK) {
      stream.blockingWriteAndFlush(request.body.subarray(at, at + CHUNK));
    }
  } catch {
    // The other side does not want the rest; what it answers tells why.
    stream[Symbol.dispose]?.();
    return;
  }
  stream[Symbol.dispose]?.();
  attempt(request, () => OutgoingBody.finish(body, undefined));
}

function response(http, incoming, request) {
  const headers = incoming
    .headers()
    .entries()
    .map(([name, value]) => [name, decode(bytesOf(value))]);
  const read = () => attempt(request, () => readAll(http, incoming.consume()));
  return new Response(read, { status: incoming.status(), headers, url: request.url });
}

function readAll({ httpErrorCode }, body) {
  const stream = body.stream();
  const chunks = [];
  try {
    for (;;) {
      try {
        chunks.push(bytesOf(stream.blockingRead(65536)));
      } catch (error) {
        if (tagOf(error) === "closed") break;
        const code = httpErrorCode?.(error.payload?.val);
        throw code ? Object.assign(error, { payload: code }) : error;
      }
    }
  } finally {
    stream[Symbol.dispose]?.();
    body[Symbol.dispose]?.();
  }
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function attempt({ method, scheme, authority }, run) {
  try {
    return run();
  } catch (error) {
    throw failure(`${method} ${scheme}://${authority}`, tagOf(error), error);
  }
}

/** The codes of failed requests, by the cases of `wasi:http`'s error-code; every other case is a lost connection. */
const CODES = [
  [/^(http-request-denied|destination-ip-prohibited)$/i, "http-refused", "is not granted to this module; the delivery's log says why"],
  [/-timeout$/i, "http-timeout", "got no answer in time"],
  [/^http-request-(uri|method|header)/i, "http-invalid", "cannot be sent as it is"],
  [/^http-(request|response)-(body|header)(-section)?-size$/i, "http-too-large", "or its answer is too large"],
  [/(?:)/, "http-unreachable", "failed"],
];

/** A failed request: `tag` is a case of `wasi:http`'s error-code. */
export function failure(request, tag, cause) {
  const [, code, what] = CODES.find(([tags]) => tags.test(tag));
  const retryable = code === "http-timeout" || code === "http-unreachable";
  return new FetchError(code, `${request} ${what} (${tag})`, { retryable, cause });
}

function tagOf(error) {
  const payload = error?.payload;
  return typeof payload === "string" ? payload : (payload?.tag ?? error?.message ?? String(error));
}
