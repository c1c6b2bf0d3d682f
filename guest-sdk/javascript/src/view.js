// Typed views of the objects in a payload.
//
// A view takes whatever comes. The payload of a preload hook is what a client sent: it may be partial, and have nulls,
// numbers as texts, or fields that nobody has heard of. A view reads and writes the object in `raw`, and whatever is not
// set stays in it exactly as it came, in its place.

import { Tlp } from "./tlp.js";

/** A view of an object. The views of the server's kinds of objects are generated. */
export class View {
  constructor(raw = {}) {
    /** The object, as it came, and with what was set since. */
    this.raw = raw;
  }

  /** The object's id; undefined for one that is about to be created. */
  get id() {
    const { idField, kind } = this.constructor;
    return integer.read(this.raw[idField]) ?? integer.read(this.raw[`${kind}_id`]);
  }

  /** Whether the object has the field at all. In an update, a field that it does not have stays as it is. */
  has(field) {
    return Object.hasOwn(this.raw, field);
  }

  /** Whether there is nothing in the field: absent, null or an empty text, which is what a form sends for an empty box. */
  isBlank(field) {
    const value = this.raw[field];
    return value === undefined || value === null || value === "";
  }

  toJSON() {
    return this.raw;
  }
}

/** Gives a class of views its kind, and an accessor for each field. */
export function define(view, kind, idField, fields) {
  view.kind = kind;
  view.idField = idField;
  for (const [name, type] of Object.entries(fields)) {
    if (name === "id") continue; // every view has it
    Object.defineProperty(view.prototype, name, {
      get() {
        return type.live ? type.live(this.raw, name) : type.read(this.raw[name]);
      },
      set(value) {
        if (value === undefined) delete this.raw[name];
        else this.raw[name] = value === null ? null : type.write(value);
      },
      configurable: true,
      enumerable: false,
    });
  }
}

/** The object behind a view; anything else as it is. */
export function readable(object) {
  return object instanceof View ? object.raw : object;
}

const same = (value) => value;

export const text = { read: (value) => (typeof value === "string" ? value : undefined), write: String };

/** A number, or a text that is a number: forms send `"20"`, and servers take it. */
export const integer = {
  read(value) {
    if (Number.isInteger(value) || typeof value === "bigint") return value;
    if (typeof value !== "string") return undefined;
    const digits = trim(value);
    if (!/^[+-]?\d{1,19}$/.test(digits)) return undefined;
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : BigInt(digits.replace("+", ""));
  },
  write: same,
};

export const boolean = {
  read: (value) => (value === true || value === "true" ? true : value === false || value === "false" ? false : undefined),
  write: Boolean,
};

/** How far information may be shared: an id in the payload, a name in a module. */
export const tlp = { read: (value) => Tlp.fromId(integer.read(value)), write: (name) => Tlp.id(name) };

export const object = { read: (value) => (isObject(value) ? value : undefined), write: readable };

export const json = { read: (value) => value ?? undefined, write: readable };

export const list = { read: (value) => (Array.isArray(value) ? value : undefined), write: (items) => [...items] };

/** A list; undefined if one of its elements is not a number. */
export const integers = {
  read(value) {
    const items = list.read(value)?.map(integer.read);
    return items?.includes(undefined) ? undefined : items;
  },
  write: list.write,
};

export const tags = {
  live: (raw, name) => new Tags(raw, name),
  write: (value) => (typeof value === "string" ? value : [...value].join(",")),
};

export const attributes = {
  live: (raw, name) => new CustomAttributes(raw, name),
  write: (value) => (value instanceof CustomAttributes ? value.tabs : value),
};

/** The tags of an object, which the payload has as one comma-separated text. */
export class Tags {
  #raw;
  #name;

  constructor(raw, name) {
    this.#raw = raw;
    this.#name = name;
  }

  [Symbol.iterator]() {
    return split(text.read(this.#raw[this.#name]) ?? "")[Symbol.iterator]();
  }

  has(tag) {
    return [...this].includes(trim(tag));
  }

  add(...added) {
    const known = [...this];
    const before = known.length;
    for (const tag of added.flatMap(split)) if (!known.includes(tag)) known.push(tag);
    return known.length > before && this.#set(known);
  }

  remove(tag) {
    const known = [...this];
    const kept = known.filter((other) => other !== trim(tag));
    return kept.length < known.length && this.#set(kept);
  }

  toString() {
    return [...this].join(",");
  }

  #set(known) {
    this.#raw[this.#name] = known.join(",");
    return true;
  }
}

function split(text) {
  return text
    .split(",")
    .map(trim)
    .filter(Boolean);
}

const SPACE = /\p{White_Space}/u;

/** Unlike `String.trim`, what every other language takes for white space: a byte order mark is none. */
function trim(text) {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.test(text[start])) start++;
  while (end > start && SPACE.test(text[end - 1])) end--;
  return text.slice(start, end);
}

/** The server's own fields of an object: `{tab: {field: {type, value, mandatory, options}}}`. */
export class CustomAttributes {
  #raw;
  #name;

  constructor(raw, name) {
    this.#raw = raw;
    this.#name = name;
  }

  get tabs() {
    return object.read(this.#raw[this.#name]);
  }

  get(tab, field) {
    return this.tabs?.[tab]?.[field]?.value;
  }

  set(tab, field, value) {
    const attribute = objectIn(objectIn(objectIn(this.#raw, this.#name), tab), field);
    attribute.type ??= "input_string";
    attribute.value = value;
  }
}

/** The object in a field, which is made one if it is none. */
function objectIn(parent, name) {
  if (!Object.hasOwn(parent, name) || !isObject(parent[name])) parent[name] = {};
  return parent[name];
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
