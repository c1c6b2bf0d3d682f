// What a module waits for: answers and times. Everything that can be waited for is a pollable of `wasi:io/poll`.

import { ModuleError } from "../error.js";
import { JobPromise, runJobs, takeUnhandled } from "./promise.js";

let waiting = [];

/** Has `wake` called when `pollable` is ready. Gives what to call to wait no longer. */
export function wait(pollable, wake) {
  const entry = { pollable, wake };
  waiting.push(entry);
  return () => {
    const before = waiting.length;
    waiting = waiting.filter((other) => other !== entry);
    if (waiting.length < before) pollable[Symbol.dispose]?.();
  };
}

/** Runs jobs, and waits, until `value` is settled if it is a promise; gives what it holds, or throws it. */
export function settle(value, poll) {
  if (typeof value?.then !== "function") {
    runJobs();
    return value;
  }
  let end;
  JobPromise.resolve(value).then(
    (value) => (end = { value }),
    (reason) => (end = { reason }),
  );
  for (;;) {
    runJobs();
    if (end) break;
    if (!waiting.length) {
      throw new ModuleError("never-settled", "the handler returned a promise that nothing will ever settle");
    }
    const ready = [...poll(waiting.map(({ pollable }) => pollable))].map((index) => waiting[index]);
    waiting = waiting.filter((entry) => !ready.includes(entry));
    for (const { pollable, wake } of ready) {
      pollable[Symbol.dispose]?.();
      wake();
    }
  }
  for (const reason of takeUnhandled()) console.warn("a promise was rejected, and nobody looked at it:", reason);
  if ("reason" in end) throw end.reason;
  return end.value;
}

/** The global functions for time, on a clock that gives a pollable for a number of nanoseconds. */
export function timers(subscribeDuration) {
  const cancels = new Map();
  let last = 0;
  const setTimeout = (run, ms = 0, ...args) => {
    const id = ++last;
    const nanoseconds = Math.max(0, Math.round(Number(ms) * 1e6) || 0);
    cancels.set(
      id,
      wait(subscribeDuration(nanoseconds), () => {
        cancels.delete(id);
        run(...args);
      }),
    );
    return id;
  };
  const clearTimeout = (id) => {
    cancels.get(id)?.();
    cancels.delete(id);
  };
  return { setTimeout, clearTimeout };
}
