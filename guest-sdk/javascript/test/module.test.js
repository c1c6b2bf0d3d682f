import assert from "node:assert/strict";
import test from "node:test";

import { Action, Answer, Ioc, ModuleError, Rejection, defineModule, hook } from "../src/index.js";
import { MockHost } from "../src/mock.js";

const module = (parts) =>
  defineModule({ name: "m", version: "1.0.0", description: "M.", register: () => {}, handle: () => {}, ...parts });
const handling = (handle) => module({ handle });
const { PRELOAD_IOC_CREATE, POSTLOAD_IOC_CREATE, MANUAL_TRIGGER_IOC } = hook;

test("a definition that cannot be one is an error when it is made", () => {
  assert.throws(() => defineModule({ name: "m" }), /text `version`/);
  assert.throws(() => module({ handle: undefined }), /function `handle`/);
  assert.throws(() => module({ capabilities: [{ name: "http" }] }), /`reason`/);
});

test("what is not returned is unchanged", async () => {
  for (const handle of [() => {}, () => null, async () => {}, (event) => event.edit(Ioc, () => {})]) {
    const answer = await new MockHost().event(PRELOAD_IOC_CREATE, { ioc_value: "a" }).handle(handling(handle));
    assert.deepEqual(answer, { outcome: "unchanged" });
  }
});

test("edit replaces what changed, and keeps the rest as it came", async () => {
  const add = (event) => event.edit(Ioc, (ioc) => void ioc.ioc_tags.add("new"));
  const host = new MockHost();
  const payload = [{ z: 12345678901234567890n, ioc_tags: "a" }, { ioc_tags: "new" }];
  const answer = await host.event(PRELOAD_IOC_CREATE, payload).handle(handling(add));
  assert.deepEqual(answer, {
    outcome: "replace",
    payload: [{ z: 12345678901234567890n, ioc_tags: "a,new" }, { ioc_tags: "new" }],
  });
});

test("a rejection's pointer is meant within the object", async () => {
  const refuse = (ioc) => {
    if (ioc.ioc_value === "") throw new Rejection("empty").at("/ioc_value");
  };
  const variants = [
    (event) => event.edit(Ioc, refuse),
    (event) => event.edit(Ioc, async (ioc) => refuse(ioc)),
    (event) => event.edit(Ioc, (ioc) => (ioc.ioc_value === "" ? new Rejection("empty", "/ioc_value") : undefined)),
  ];
  for (const handle of variants) {
    const answer = await new MockHost().event(PRELOAD_IOC_CREATE, [{ ioc_value: "a" }, { ioc_value: "" }]).handle(handling(handle));
    assert.deepEqual(answer, { outcome: "reject", reason: "empty", pointer: "/1/ioc_value" });
  }
});

test("a rejection that a handler throws is an answer", async () => {
  const handle = async () => {
    throw new Rejection("no");
  };
  const answer = await new MockHost().event(PRELOAD_IOC_CREATE, {}).handle(handling(handle));
  assert.deepEqual(answer, { outcome: "reject", reason: "no" });
});

test("actions and the message are as they were asked for", async () => {
  const handle = () =>
    Answer.unchanged()
      .action(
        Action.update("ioc", 12).set("ioc_description", "d").addTag("a").removeTag("b").customAttribute("T", "F", 1).comment("c"),
      )
      .withActions([Action.create("task").field("task_title", "t").inCase(4), Action.delete("note", "7")])
      .message("done");
  const answer = await new MockHost().event(POSTLOAD_IOC_CREATE, {}).handle(handling(handle));
  assert.deepEqual(answer, {
    outcome: "unchanged",
    actions: [
      {
        update: "ioc",
        target: "12",
        change: {
          fields: { ioc_description: "d" },
          tags: { add: ["a"], remove: ["b"] },
          custom_attributes: { T: { F: { type: "input_string", value: 1 } } },
          comments: ["c"],
        },
      },
      { create: "task", change: { fields: { task_title: "t" }, case_id: 4 } },
      { delete: "note", target: "7", change: {} },
    ],
    message: "done",
  });
  assert.throws(() => Action.update("ioc", undefined), /needs its id/);
});

test("what the host would not take is bad output", async () => {
  const answers = [
    [POSTLOAD_IOC_CREATE, () => Answer.replace([{}]), /only a preload/],
    [PRELOAD_IOC_CREATE, () => Answer.replace([]), /there were 1 objects/],
  ];
  for (const [name, handle, message] of answers) {
    await assert.rejects(new MockHost().event(name, {}).handle(handling(handle)), { code: "bad-output", message });
  }
});

test("an error keeps its code, and anything else is uncaught, with its stack in the log", async () => {
  const host = new MockHost();
  const later = new ModuleError("upstream-unavailable", "later", { retryable: true });
  const failing = (thrown) =>
    handling(() => {
      throw thrown;
    });
  await assert.rejects(host.event(PRELOAD_IOC_CREATE, {}).handle(failing(later)), { code: "upstream-unavailable", retryable: true });
  assert.deepEqual(host.logs, []);

  await assert.rejects(host.event(PRELOAD_IOC_CREATE, {}).handle(failing(new RangeError("too far"))), {
    code: "uncaught",
    message: "RangeError: too far",
  });
  assert.match(host.logs[0].message, /RangeError: too far[^]*module\.test\.js/);
  await assert.rejects(host.event(PRELOAD_IOC_CREATE, {}).handle(failing(undefined)), { code: "uncaught", message: "thrown: undefined" });
  await assert.rejects(host.event(PRELOAD_IOC_CREATE, {}).handle(handling(() => 7)), { code: "bad-output" });
});

test("an event tells what the server knows", async () => {
  let seen;
  const host = new MockHost();
  const metadata = { case_id: 7, tlp: "plaid", customer: { id: 3 }, sector: "water" };
  await host.event(MANUAL_TRIGGER_IOC, [{}, {}], { menu: "Look up", by: "eve", metadata, attempt: 2 }).handle(handling((event) => void (seen = event)));
  assert.equal(seen.kind, "manual");
  assert.equal(seen.menuName, "Look up");
  assert.equal(seen.triggeredBy, "eve");
  assert.equal(seen.attempt, 2);
  assert.equal(seen.triggeredAt.toISOString(), "2025-03-17T09:22:02.000Z");
  assert.equal(seen.metadata.case_id, 7);
  assert.equal(seen.metadata.tlp, undefined);
  assert.deepEqual(seen.metadata.extra, { tlp: "plaid", customer: { id: 3 }, sector: "water" });
  assert.equal(seen.objects(Ioc).length, 2);
});

test("a text in the configuration stays a text, everything else is JSON", async () => {
  let seen;
  const configSchema = {
    type: "object",
    properties: {
      token: { type: "string" },
      limit: { type: ["integer", "null"] },
      names: { type: "array" },
      mode: { enum: ["1", "2"] },
      tag: { type: "string", default: "new" },
      any: {},
    },
    additionalProperties: { type: "string" },
  };
  const config = { token: "007", limit: 12, names: ["a"], mode: "1", any: "true", other: "{}" };
  const keep = module({ configSchema, handle: (_, config) => void (seen = config) });
  await new MockHost({ config }).event(PRELOAD_IOC_CREATE, {}).handle(keep);
  assert.deepEqual(seen, { token: "007", limit: 12, names: ["a"], mode: "1", any: true, other: "{}", tag: "new" });

  const wrong = new MockHost({ config: { limit: "many" } }).event(PRELOAD_IOC_CREATE, {}).handle(keep);
  await assert.rejects(wrong, { code: "invalid-configuration", message: /`limit`/ });
});

test("subscriptions have IRIS's defaults, and are checked", async () => {
  const register = (hooks) => {
    hooks.subscribe(PRELOAD_IOC_CREATE, { priority: -10, onFailure: { any: "reject" } });
    hooks.subscribe(MANUAL_TRIGGER_IOC);
    hooks.subscribe(POSTLOAD_IOC_CREATE, { menu: "ignored", matching: "true" });
    hooks.registerToHook("on_postload_alert_create");
    hooks.subscribe("on_preload_note_create");
    hooks.deregisterFromHook("on_preload_note_create");
  };
  const host = new MockHost({ hooks: ["on_postload_alert_create"] });
  const subscriptions = await host.register(module({ register }));
  const short = subscriptions.map(({ hook, menuName, asynchronous, priority }) => [hook, menuName, asynchronous, priority]);
  assert.deepEqual(short, [
    ["on_preload_ioc_create", undefined, false, -10],
    ["on_manual_trigger_ioc", "m::on_manual_trigger_ioc", true, 0],
    ["on_postload_ioc_create", undefined, true, 0],
    ["on_postload_alert_create", undefined, true, 0],
  ]);

  const wrong = [
    [(hooks) => hooks.subscribe("on_preload_ioc"), { code: "unknown-hook" }],
    [(hooks) => hooks.subscribe(MANUAL_TRIGGER_IOC, { menu: "a\nb" }), { code: "invalid-menu-name" }],
    [(hooks) => hooks.subscribe(POSTLOAD_IOC_CREATE, { onFailure: { any: "reject" } }), { code: "invalid-failure-policy" }],
    [(hooks) => hooks.subscribe(POSTLOAD_IOC_CREATE, { menus: "x" }), { code: "uncaught", message: /no option `menus`/ }],
  ];
  for (const [register, error] of wrong) await assert.rejects(new MockHost().register(module({ register })), error);
});

test("fetch gets what the test says, and the test sees what was asked for", async () => {
  const host = new MockHost().respond({ status: 201, json: { id: 12345678901234567890n } }).respond({ error: "timeout" });
  const ask = handling(async () => {
    const options = { method: "post", headers: { "X-Key": "k" }, body: "{}" };
    const answer = await fetch("https://api.example/v1?x=1#y", options);
    const { id } = await answer.json();
    return Answer.unchanged().message(`${answer.status} ${answer.ok} ${id}`);
  });
  const { message } = await host.event(POSTLOAD_IOC_CREATE, {}).handle(ask);
  assert.equal(message, "201 true 12345678901234567890");
  assert.deepEqual(host.requests[0], {
    url: "https://api.example/v1?x=1",
    method: "POST",
    headers: { "content-type": "text/plain;charset=UTF-8", "x-key": "k" },
    body: "{}",
  });
  await assert.rejects(host.event(POSTLOAD_IOC_CREATE, {}).handle(ask), { code: "http-timeout", retryable: true });
  await assert.rejects(host.event(POSTLOAD_IOC_CREATE, {}).handle(ask), { code: "http-refused", retryable: false });
});

test("what a module logs is kept, and the test's own console is given back", async () => {
  const before = console.log;
  const host = new MockHost();
  await host.event(PRELOAD_IOC_CREATE, {}).handle(handling(() => console.warn("100%%", new Uint8Array([0, 255]), "\ud800")));
  assert.deepEqual(host.logs, [{ level: "warn", message: "100% Uint8Array(2) [0, 255] \ufffd" }]);
  assert.equal(console.log, before);
});
