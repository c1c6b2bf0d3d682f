import assert from "node:assert/strict";
import test from "node:test";

import { hook } from "@sclera/sdk";
import { MockHost } from "@sclera/sdk/mock";

import module from "../module.ts";

test("a new IOC is tagged", async () => {
  const host = new MockHost({ config: { tag: "seen" } });
  const ioc = { ioc_value: "evil.example", ioc_tags: "c2" };
  const answer = await host.event(hook.PRELOAD_IOC_CREATE, ioc).handle(module);
  assert.deepEqual(answer, { outcome: "replace", payload: [{ ...ioc, ioc_tags: "c2,seen" }] });
  assert.equal(host.logs[0]?.message, "tagged evil.example");
});

test("an IOC without a value is refused", async () => {
  const answer = await new MockHost().event(hook.PRELOAD_IOC_CREATE, { ioc_value: "" }).handle(module);
  assert.deepEqual(answer, { outcome: "reject", reason: "an IOC needs a value", pointer: "/0/ioc_value" });
});
