import assert from "node:assert/strict";
import test from "node:test";

import * as sdk from "../src/index.js";
import { parse, stringify } from "../src/json.js";

const { Evidence, GlobalTask, Ioc, IocType, Case, Task, Tlp } = sdk;
const views = [Ioc, sdk.Asset, sdk.Note, sdk.TimelineEvent, Evidence, Task, GlobalTask, Case, sdk.Report];

test("whatever a client sends survives a view unchanged", () => {
  const texts = [
    "{}",
    '{"ioc_value":null,"ioc_type_id":null,"ioc_tags":null,"custom_attributes":null,"case_id":null}',
    '{"ioc_value":7,"ioc_type_id":"20","ioc_tlp_id":99,"ioc_tags":["a"],"custom_attributes":"none"}',
    '{"ioc_value":"","ioc_tags":" a ,, b,","ioc_tlp_id":"","tags":"x, y","id":"4"}',
    '{"invented":{"deep":[1,2.5,1e+300,18446744073709551615,-9223372036854775808,null,{"":""}]},"type":{"id":1}}',
    '{"z":1,"asset_name":"😀 \\u0000 \u202e","event_in_graph":"maybe","file_size":1.5,"event_assets":["3",null],"a":1}',
  ];
  for (const View of views) for (const text of texts) assert.equal(stringify(new View(parse(text))), text);
});

test("reading looks at what is there, and setting replaces it", () => {
  const ioc = new Ioc({ ioc_type_id: " 20 ", ioc_value: "a.example", ioc_tlp_id: null, user_id: "many" });
  assert.equal(ioc.ioc_type_id, 20);
  assert.equal(ioc.user_id, undefined);
  assert.equal(ioc.ioc_tlp_id, undefined);
  assert.ok(ioc.has("ioc_tlp_id") && ioc.isBlank("ioc_tlp_id") && !ioc.has("ioc_tags"));

  ioc.ioc_value = "b.example";
  ioc.ioc_tlp_id = Tlp.AMBER_STRICT;
  ioc.user_id = undefined;
  assert.deepEqual(ioc.raw, { ioc_type_id: " 20 ", ioc_value: "b.example", ioc_tlp_id: 5 });
  assert.equal(ioc.ioc_tlp_id, "amber+strict");
  assert.throws(() => (ioc.ioc_tlp_id = "purple"), /not a TLP/);
});

test("a list of numbers takes them as texts, and nothing else", () => {
  assert.deepEqual(new sdk.Asset({ ioc_links: [1, "2"] }).ioc_links, [1, 2]);
  assert.equal(new sdk.Asset({ ioc_links: [1, "x"] }).ioc_links, undefined);
});

test("tags are added and removed once, and keep their spelling while nothing changes", () => {
  const ioc = new Ioc({ ioc_tags: " a ,, b," });
  assert.equal(ioc.ioc_tags.add(" a "), false);
  assert.equal(ioc.ioc_tags.remove("z"), false);
  assert.equal(ioc.raw.ioc_tags, " a ,, b,");
  assert.deepEqual([...ioc.ioc_tags], ["a", "b"]);

  assert.equal(ioc.ioc_tags.add("c,d", "a"), true);
  assert.equal(ioc.ioc_tags.remove("b"), true);
  assert.equal(ioc.raw.ioc_tags, "a,c,d");
  ioc.ioc_tags = ["x", "y"];
  assert.equal(ioc.raw.ioc_tags, "x,y");
});

test("a custom attribute keeps its type and everything beside it", () => {
  const ioc = new Ioc({ custom_attributes: { T: { F: { type: "html", value: "a", mandatory: false } } } });
  ioc.custom_attributes.set("T", "F", "b");
  ioc.custom_attributes.set("New", "Score", 7);
  assert.equal(ioc.custom_attributes.get("T", "F"), "b");
  assert.equal(ioc.custom_attributes.get("No", "F"), undefined);
  assert.deepEqual(ioc.raw.custom_attributes, {
    T: { F: { type: "html", value: "b", mandatory: false } },
    New: { Score: { type: "input_string", value: 7 } },
  });
});

test("an object is known by the id of its kind", () => {
  assert.equal(new Ioc({ ioc_id: 17, case_id: 4 }).id, 17);
  assert.equal(new Task({ id: 23 }).id, 23);
  assert.equal(new Evidence({ evidence_id: "4" }).id, 4, "as a delete has it");
  assert.equal(new GlobalTask({ task_id: 31 }).id, 31);
  assert.equal(new Case({ case_name: "new" }).id, undefined);
});

test("the type of an IOC is known by id and else by name", () => {
  assert.equal(new Ioc({ ioc_type_id: "113" }).type, IocType.SHA256);
  assert.equal(new Ioc({ ioc_type_id: 9000, ioc_type: { type_name: "sha256" } }).type, IocType.SHA256);
  assert.equal(new Ioc({ ioc_type_id: 113, ioc_type: { type_name: "url" } }).type, IocType.SHA256);
  assert.equal(new Ioc({ ioc_value: "x" }).type, undefined);
});

test("TLPs are ordered", () => {
  assert.deepEqual([...Tlp.ALL].sort(Tlp.compare), ["clear", "green", "amber", "amber+strict", "red"]);
  assert.equal(Tlp.fromName("AMBER"), "amber");
});
