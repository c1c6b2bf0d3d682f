import assert from "node:assert/strict";
import test from "node:test";

import { format, makeConsole } from "../src/runtime/console.js";
import { Headers, Response, makeFetch, toRequest } from "../src/runtime/fetch.js";
import { settle, timers, wait } from "../src/runtime/loop.js";
import { JobPromise, runJobs } from "../src/runtime/promise.js";
import { TextDecoder, TextEncoder, decode, encode } from "../src/runtime/utf8.js";

/** A clock that moves only while somebody polls. */
function clock() {
  let now = 0;
  const poll = (pollables) => {
    now = Math.min(...pollables.map(({ due }) => due));
    return pollables.flatMap(({ due }, index) => (due <= now ? [index] : []));
  };
  return { poll, subscribe: (nanoseconds) => ({ due: now + nanoseconds }), now: () => now / 1e6 };
}

test("a promise that nobody runs does nothing, and then everything in order", () => {
  const order = [];
  const promise = JobPromise.resolve(1).then((value) => order.push(value));
  JobPromise.reject(new Error("x"))
    .catch(({ message }) => order.push(message))
    .finally(() => order.push("end"));
  assert.deepEqual(order, []);
  runJobs();
  assert.deepEqual(order, [1, "x", "end"]);
  assert.equal(settle(promise), 1);
});

test("the functions of Promise do what those of the engine do", async () => {
  const runs = [
    (P) => P.all([1, P.resolve(2), { then: (resolve) => resolve(3) }]),
    (P) => P.all([P.reject("no"), 1]).catch((reason) => [reason]),
    (P) => P.all([]),
    (P) => P.allSettled([P.resolve(1), P.reject(2)]),
    (P) => P.race([new P(() => {}), P.resolve("first")]),
    (P) => P.any([P.reject(1), P.resolve(2)]),
    (P) => P.any([P.reject(1), P.reject(2)]).catch((error) => [error.constructor.name, error.errors]),
    (P) => P.resolve(P.resolve(P.resolve(4))),
    (P) => new P((resolve, reject) => (resolve(1), reject(2), resolve(3))),
    (P) => new P(() => { throw 5; }).catch((reason) => reason),
    (P) => P.resolve(1).finally(() => 2),
    (P) => P.resolve(1).finally(() => P.reject(3)).catch((reason) => reason),
    (P) => P.resolve(1).then(2).then((value) => value),
    (P) => P.reject(1).then(() => 2, (reason) => reason + 1),
    (P) => { const p = P.resolve().then(() => p); return p.catch((error) => error.name); },
  ];
  for (const run of runs) assert.deepEqual(settle(run(JobPromise)), await run(Promise), String(run));
});

test("timers wait on the clock, beside each other", () => {
  const { poll, subscribe, now } = clock();
  const { setTimeout, clearTimeout } = timers(subscribe);
  const order = [];
  setTimeout(() => order.push("never"), 5);
  clearTimeout(1);
  const after = (ms) => new JobPromise((resolve) => setTimeout(() => resolve(order.push(ms)), ms));
  settle(JobPromise.all([after(30), after(10), after(20)]), poll);
  assert.deepEqual(order, [10, 20, 30]);
  assert.equal(now(), 30);
});

test("a promise that nothing settles is an error, and no endless wait", () => {
  assert.throws(() => settle(new JobPromise(() => {})), { code: "never-settled" });
});

test("what is thrown comes out", () => {
  assert.throws(() => settle(JobPromise.reject(new RangeError("x"))), RangeError);
});

test("text becomes bytes and text again, and what is not UTF-8 is replaced", () => {
  for (const text of ["", "abc", "é😀\u0000\u{10ffff}", "x".repeat(20000) + "é"]) {
    assert.deepEqual(encode(text), new globalThis.TextEncoder().encode(text));
    assert.equal(decode(encode(text)), text);
  }
  const sequences = [[0xff], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80, 0x62]];
  for (const bytes of sequences) {
    const text = decode(Uint8Array.from(bytes));
    assert.ok(text.includes("\ufffd") && text.isWellFormed(), String(bytes));
  }
  assert.equal(new TextDecoder().decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "a");
  assert.throws(() => new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.of(0xff)), TypeError);
  assert.throws(() => new TextDecoder("latin1"), RangeError);
  assert.equal(new TextEncoder().encode("é").length, 2);
});

test("anything can be logged", () => {
  const circular = { name: "x" };
  circular.self = circular;
  const odd = { get broken() { throw new Error("no"); } };
  const cases = [
    [["%s is %d", "a", 7, true], "a is 7 true"],
    [["100%"], "100%"],
    [["%%", 1], "% 1"],
    [[circular], '{ name: "x", self: [circular] }'],
    [[odd], "[not to be shown: no]"],
    [[new Map([["a", 1]]), new Set([1n])], 'Map {"a" => 1} Set {1n}'],
    [[undefined, null, Symbol("s"), () => {}], "undefined null Symbol(s) [function without a name]"],
    [[new Uint8Array(0), Object.create(null)], "Uint8Array(0) [] {}"],
    [["\udc00"], "\ufffd"],
    [[{ a: { b: { c: { d: { e: 1 } } } } }], "{ a: { b: { c: { d: {…} } } } }"],
    [[new Date(0), /x/g, [1, [2]]], "1970-01-01T00:00:00.000Z /x/g [1, [2]]"],
  ];
  for (const [args, line] of cases) assert.equal(format(args), line);
  const cause = new Error("outer", { cause: new TypeError("inner") });
  assert.match(format([cause]), /^Error: outer[^]*caused by TypeError: inner/);
  const lines = [];
  makeConsole((level, text) => lines.push(`${level} ${text}`)).assert(false, "x");
  assert.deepEqual(lines, ["error Assertion failed: x"]);
});

test("only what can be sent is a request", () => {
  for (const url of ["ftp://a", "//a", "a", "https://", "javascript:1"]) {
    assert.throws(() => toRequest(url), { code: "http-invalid" }, url);
  }
  assert.throws(() => toRequest("https://a", { signal: 1 }), /no option `signal`/);
  assert.throws(() => toRequest("https://a", { body: {} }), /JSON\.stringify/);
  assert.throws(() => toRequest("https://a", { redirect: "follow" }), /redirect/);
  const { authority, path, url } = toRequest("HTTPS://a.example:8443?q=1#f");
  assert.deepEqual([authority, path, url], ["a.example:8443", "/?q=1", "HTTPS://a.example:8443?q=1"]);
});

test("headers have names in any case", () => {
  const headers = new Headers({ "Content-Type": "a" });
  headers.append("content-type", "b");
  assert.equal(headers.get("CONTENT-TYPE"), "a, b");
  assert.equal(headers.get("x"), null);
  assert.deepEqual([...headers], [["content-type", "a, b"]]);
});

test("an answer's body is read once", async () => {
  const answer = new Response("\ufeff{\"a\":1}");
  assert.deepEqual(await answer.json(), { a: 1 });
  await assert.rejects(answer.text(), /read already/);
  await assert.rejects(new Response("<html>").json(), { code: "http-bad-answer" });
});

/** As much of wasi:http as fetch uses; `outcome` is what becomes of the request. */
function wasiHttp(outcome) {
  const seen = { written: [] };
  const thrown = (payload) => Object.assign(new Error("wasi"), { payload });
  const http = {
    Fields: { fromList: (pairs) => pairs },
    OutgoingRequest: class {
      constructor(headers) {
        seen.headers = headers;
      }
      setMethod(method) {
        seen.method = method;
      }
      setScheme(scheme) {
        seen.scheme = scheme;
      }
      setAuthority(authority) {
        seen.authority = authority;
      }
      setPathWithQuery(path) {
        seen.path = path;
      }
      body() {
        return { write: () => ({ blockingWriteAndFlush: (chunk) => seen.written.push(...chunk) }) };
      }
    },
    OutgoingBody: { finish: () => (seen.finished = true) },
    RequestOptions: class {
      setConnectTimeout(value) {
        seen.timeout = value;
      }
      setFirstByteTimeout() {}
      setBetweenBytesTimeout() {}
    },
  };
  const chunks = [encode('{"a"'), encode(":1}")];
  const body = {
    stream: () => ({
      blockingRead() {
        if (chunks.length) return chunks.shift();
        throw thrown({ tag: "closed" });
      },
    }),
  };
  const response = { status: () => 200, headers: () => ({ entries: () => [["X-A", encode("é")]] }), consume: () => body };
  let polled = false;
  const future = {
    subscribe: () => ({ due: 0 }),
    get: () => (polled ? { tag: "ok", val: outcome ?? { tag: "ok", val: response } } : null),
  };
  const handle = () => {
    if (outcome === "refused") throw thrown({ tag: "HTTP-request-denied" });
    return future;
  };
  const poll = (pollables) => ((polled = true), pollables.map((_, index) => index));
  return { fetch: makeFetch(http, handle, wait), seen, poll };
}

/** `fetch` is written with the engine's promises here: they are settled between two polls. */
async function run({ fetch, poll }, ...args) {
  const promise = fetch(...args);
  promise.catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  const { promise: woken, resolve } = JobPromise.withResolvers();
  wait({}, resolve);
  settle(woken, poll);
  return promise;
}

test("fetch sends what was asked for, over wasi:http", async () => {
  const host = wasiHttp();
  const body = "é".repeat(5000);
  const answer = await run(host, "https://a.example/x?y", { method: "patch", body, timeout: 1.5, headers: { A: "b" } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("x-a"), "é");
  assert.deepEqual(await answer.json(), { a: 1 });
  assert.deepEqual(host.seen.method, { tag: "patch" });
  assert.deepEqual(host.seen.scheme, { tag: "HTTPS" });
  assert.equal(host.seen.path, "/x?y");
  assert.equal(host.seen.timeout, 1_500_000);
  assert.equal(decode(Uint8Array.from(host.seen.written)), body);
  assert.ok(host.seen.finished);
});

test("what goes wrong on the way says whether to try again", async () => {
  const error = (tag) => ({ tag: "err", val: { tag } });
  const cases = [
    [error("connection-timeout"), "http-timeout", true],
    [error("DNS-timeout"), "http-timeout", true],
    [error("HTTP-response-timeout"), "http-timeout", true],
    [error("connection-refused"), "http-unreachable", true],
    [error("TLS-certificate-error"), "http-unreachable", true],
    [error("destination-IP-prohibited"), "http-refused", false],
    [error("HTTP-request-URI-invalid"), "http-invalid", false],
    [error("HTTP-response-body-size"), "http-too-large", false],
    ["refused", "http-refused", false],
  ];
  for (const [outcome, code, retryable] of cases) {
    await assert.rejects(run(wasiHttp(outcome), "https://a.example/"), { code, retryable });
  }
});
