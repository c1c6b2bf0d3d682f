import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import * as sdk from "../src/index.js";
import * as mock from "../src/mock.js";
import * as objects from "../src/generated/objects.js";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");

test("everything that there is has a type", () => {
  const types = ["../src/index.d.ts", "../src/mock.d.ts", "../src/generated/objects.d.ts"].map(read).join("\n");
  for (const name of Object.keys({ ...sdk, ...mock })) assert.match(types, new RegExp(`\\b${name}\\b`), name);
});

test("every field of every object has a type, and no other has", () => {
  const declared = read("../src/generated/objects.d.ts").split("export declare class ").slice(1);
  assert.equal(declared.length, Object.keys(objects).length);
  for (const text of declared) {
    const View = objects[/^\w+/.exec(text)[0]];
    const fields = [...text.matchAll(/^ {2}get (\w+)\(/gm)].map(([, name]) => name);
    const accessors = Object.getOwnPropertyNames(View.prototype).filter((name) => name !== "constructor");
    assert.deepEqual(fields.sort(), accessors.sort(), View.name);
  }
});

test("what a component has is what its types say", () => {
  const assigned = /Object\.assign\(globalThis, \{([^]*?)\n\}\);/.exec(read("../src/runtime/globals.js"))[1];
  const there = [...assigned.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
  // Of the language itself, in TypeScript's own types; and QuickJS's own.
  const own = { language: ["Date", "Promise"], engine: ["atob", "btoa"] };
  const types = read("../globals.d.ts");
  const declared = [...types.matchAll(/^declare (?:const|class|function) (\w+)/gm)].map(([, name]) => name);
  const expected = [...there.filter((name) => !own.language.includes(name)), ...own.engine];
  assert.deepEqual(declared.sort(), expected.sort());
});
