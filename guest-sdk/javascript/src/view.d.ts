/** An integer. One that a number cannot hold is a BigInt. */
export type Integer = number | bigint;

/** A JSON value. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/**
 * A view of an object. Reading a field that is absent, null, or of another type gives undefined; setting it to
 * undefined takes it out of the object. What is not set stays exactly as it came.
 */
export declare class View {
  constructor(raw?: JsonObject);
  /** The kind of object, as in the names of the hooks and in an action: `ioc`, `global_task`… */
  static readonly kind: string;
  /** The object, as it came, and with what was set since. */
  readonly raw: JsonObject;
  /** The object's id; undefined for one that is about to be created. */
  get id(): Integer | undefined;
  /** Whether the object has the field at all. In an update, a field that it does not have stays as it is. */
  has(field: string): boolean;
  /** Whether there is nothing in the field: absent, null or an empty text. */
  isBlank(field: string): boolean;
  toJSON(): JsonObject;
}

/**
 * The tags of an object, which the payload has as one comma-separated text. While nothing changes, the text stays
 * exactly as it came.
 */
export declare class Tags implements Iterable<string> {
  private constructor();
  [Symbol.iterator](): Iterator<string>;
  has(tag: string): boolean;
  /** Adds tags, and says whether one was missing. A comma makes two tags of one. */
  add(...tags: string[]): boolean;
  /** Removes a tag, and says whether it was there. */
  remove(tag: string): boolean;
  toString(): string;
}

/** The server's own fields of an object: `{tab: {field: {type, value, mandatory, options}}}`. */
export declare class CustomAttributes {
  private constructor();
  /** All of it; undefined if there is none. */
  readonly tabs: JsonObject | undefined;
  /** The value of a field in a tab. */
  get(tab: string, field: string): JsonValue | undefined;
  /** Sets the value. A field that is there keeps its type, a new one is a plain text (`input_string`). */
  set(tab: string, field: string, value: JsonValue): void;
}
