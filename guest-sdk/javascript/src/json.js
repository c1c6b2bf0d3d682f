// JSON that loses nothing: an integer that a number cannot hold is a BigInt, and is written as it came.

const LONG_NUMBER = /\d{16}/;

/** Reads JSON. */
export function parse(text) {
  return LONG_NUMBER.test(text) ? new Reader(text).all() : JSON.parse(text);
}

/** Writes JSON: compact, in the order of the keys, and without halves of characters. */
export function stringify(value) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    text = write(value, []);
  }
  // `JSON.stringify` writes half a surrogate pair as an escape, which no strict reader takes.
  return text !== undefined && /\\ud[89a-f]/.test(text) ? write(value, []) : text;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  all() {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail();
    return value;
  }

  value() {
    this.space();
    switch (this.text[this.at]) {
      case "{":
        return this.object();
      case "[":
        return this.array();
      case '"':
        return JSON.parse(this.token(STRING));
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return number(this.token(NUMBER));
    }
  }

  object() {
    const object = {};
    for (let more = this.opens("}"); more; more = this.goesOn("}")) {
      this.space();
      const key = JSON.parse(this.token(STRING));
      this.space();
      if (this.text[this.at++] !== ":") this.fail();
      const value = this.value();
      // As `JSON.parse` does: a key such as `__proto__` is a key like any other.
      Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
    }
    return object;
  }

  array() {
    const array = [];
    for (let more = this.opens("]"); more; more = this.goesOn("]")) array.push(this.value());
    return array;
  }

  opens(end) {
    this.at++;
    this.space();
    if (this.text[this.at] !== end) return true;
    this.at++;
    return false;
  }

  goesOn(end) {
    this.space();
    const next = this.text[this.at++];
    if (next !== "," && next !== end) this.fail();
    return next === ",";
  }

  word(word, value) {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  space() {
    this.token(SPACE);
  }

  token(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) this.fail();
    this.at = pattern.lastIndex;
    return found[0];
  }

  fail() {
    throw new SyntaxError(`not JSON at position ${this.at}`);
  }
}

function number(text) {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : BigInt(text);
}

function write(value, inside) {
  if (typeof value?.toJSON === "function") value = value.toJSON();
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (inside.includes(value)) throw new TypeError("an object that contains itself cannot be JSON");
  const within = [...inside, value];
  if (Array.isArray(value)) return `[${value.map((item) => write(item, within) ?? "null").join()}]`;
  const fields = [];
  for (const [key, item] of Object.entries(value)) {
    const text = write(item, within);
    if (text !== undefined) fields.push(`${JSON.stringify(key.toWellFormed())}:${text}`);
  }
  return `{${fields.join()}}`;
}
