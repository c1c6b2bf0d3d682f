import assert from "node:assert/strict";
import test from "node:test";

import { parse, stringify } from "../src/json.js";

test("an integer that a number cannot hold survives", () => {
  const texts = [
    '{"a":18446744073709551615,"b":[-9223372036854775808,1],"c":"12345678901234567890","d":9007199254740993}',
    '[12345678901234567890,1.5,true,false,null,{"":{}},[],"\\u0000\\"é😀"]',
    '{"__proto__":{"x":12345678901234567},"constructor":1}',
  ];
  for (const text of texts) assert.equal(stringify(parse(text)), text.replace("\\u0000", "\\u0000"));
  assert.equal(parse(texts[0]).a, 18446744073709551615n);
  assert.equal({}.x, undefined);
});

test("what has no long number is read as JSON.parse reads it", () => {
  const text = '{"score":0.30000000000000004,"tiny":5e-324,"n":[1,"2"]}';
  assert.deepEqual(parse(text), JSON.parse(text));
});

test("both ways of reading agree on everything that is JSON", () => {
  for (const text of [' { "a" : [ 1 , 2 ] , "b" : "x\\n" } ', "[]", "{}", '"s"', "-0.5", "1e3", "[[[[{}]]]]"]) {
    const withLong = `[${text}, 12345678901234567890]`;
    assert.deepEqual(parse(withLong)[0], JSON.parse(text), text);
  }
});

test("what is not JSON is not read", () => {
  for (const text of ["", "[1234567890123456789", "[1234567890123456789,]", '{"a" 1234567890123456789}', "1234567890123456789 x", "[1234567890123456789 2]", "[nul, 1234567890123456789]"]) {
    assert.throws(() => parse(text), SyntaxError, text);
  }
});

test("half a character is written as the replacement character", () => {
  assert.equal(stringify(["\u{1f600}".slice(0, 1), "\\ud83d", 1n]), '["\ufffd","\\\\ud83d",1]');
  assert.equal(stringify({ "\ud83d": "\ude00" }), '{"\ufffd":"\ufffd"}');
});

test("an object that contains itself is an error", () => {
  const circular = { n: 1n };
  circular.self = circular;
  assert.throws(() => stringify(circular), TypeError);
});
