import assert from "node:assert/strict";
import test from "node:test";

import { hook } from "@sclera/sdk";
import { MockHost } from "@sclera/sdk/mock";

import module from "../module.ts";
import { MANUAL, hooksOf, matches } from "../src/hooks.ts";

test("a pattern stands for postload hooks", () => {
  assert.equal(hooksOf("on_postload_*").length, Object.values(hook).filter((name) => name.startsWith("on_postload_")).length);
  assert.deepEqual(hooksOf("*_ioc_create"), [hook.POSTLOAD_IOC_CREATE]);
  assert.deepEqual(hooksOf("on_postload_alert_create"), ["on_postload_alert_create"], "a server's own");
  assert.deepEqual(hooksOf("on_manual_*"), []);
  assert.equal(MANUAL.length, 7);
});

test("a star stands for any text, and nothing else for itself", () => {
  const cases: [string, string, boolean][] = [
    ["a*b*c", "abc", true],
    ["a*b*c", "axxbyyc", true],
    ["a*b*c", "acb", false],
    ["ab*ba", "aba", false],
    ["*", "", true],
    ["a.c", "abc", false],
  ];
  for (const [pattern, name, fits] of cases) assert.equal(matches(pattern, name), fits, `${pattern} ${name}`);
});

test("a file in a report goes nowhere by itself", async () => {
  const webhooks = [{ name: "SIEM", type: "generic", request_url: "https://hooks.example/", trigger_on: ["on_postload_*"] }];
  const host = new MockHost({ config: { webhooks } }).respond({ status: 200 });
  await host.event(hook.POSTLOAD_REPORT_CREATE, { report_id: 7, file: "aGVsbG8=" }).handle(module);
  const sent = JSON.parse(host.requests[0]?.body ?? "");
  assert.deepEqual(sent.objects, [{ report_id: 7 }]);
  assert.equal(sent.summary, "Report created by ada: 7");
});
