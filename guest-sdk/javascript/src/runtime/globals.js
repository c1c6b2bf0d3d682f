// The globals that JavaScript code expects, as far as a module has them.
//
// This file is imported before the module's own code. That code's top level runs once, when the module is built, and
// what it made is kept in the file: so at that time nothing answers, and what is logged waits for each call.

import { makeConsole } from "./console.js";
import { FetchError, Headers, Response } from "./fetch.js";
import { JobPromise, queueJob } from "./promise.js";
import { TextDecoder, TextEncoder } from "./utf8.js";

const early = [];
let host;
let context = "";

function log(level, text) {
  if (host) host.log(level, context, text);
  else early.push([level, text]);
}

function within(what) {
  if (!host) throw new FetchError("not-running", `${what} answers only while a call into the module runs, not at its top level`);
  return host;
}

const now = () => (host ? host.now() : 0);

/** Gives the globals what is behind them. `begin` is called at the beginning of each call into the module. */
export function install(capabilities) {
  return {
    begin(name = "") {
      // What was drawn at the top level is in the file, and the same at each call.
      if (!host) pool = new Uint8Array();
      host = capabilities;
      context = name;
      for (const [level, text] of early.splice(0)) log(level, text);
    },
  };
}

function randomBytes(length) {
  return host ? Uint8Array.from(host.randomBytes(length)) : new Uint8Array(length);
}

/** Random bits are asked for in larger pieces. */
let pool = new Uint8Array();
let used = 0;

function random() {
  if (used + 7 > pool.length) [pool, used] = [randomBytes(112), 0];
  let bits = 0;
  for (let index = 0; index < 7; index++) bits = bits * 256 + (index ? pool[used + index] : pool[used] & 0x1f);
  used += 7;
  return bits / 2 ** 53;
}

const NativeDate = Date;
const HostDate = new Proxy(NativeDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [now()], newTarget),
  apply: () => new NativeDate(now()).toString(),
});
NativeDate.now = now;
NativeDate.prototype.constructor = HostDate;
// A module has no time zone; to ask for one would be to ask for the environment.
NativeDate.prototype.getTimezoneOffset = () => 0;

const crypto = {
  getRandomValues(array) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(randomBytes(array.byteLength));
    return array;
  },
  randomUUID() {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
};

Math.random = random;
// It gives promises of the engine's own, which nobody settles.
delete Array.fromAsync;

Object.assign(globalThis, {
  Date: HostDate,
  Headers,
  Promise: JobPromise,
  Response,
  TextDecoder,
  TextEncoder,
  console: makeConsole(log),
  crypto,
  performance: { now: () => (host ? host.elapsed() : 0) },
  queueMicrotask: queueJob,
  fetch: (url, options) => within("fetch").fetch(url, options),
  setTimeout: (...args) => within("setTimeout").setTimeout(...args),
  clearTimeout: (id) => within("clearTimeout").clearTimeout(id),
});
