/** Write Sclera modules in JavaScript and TypeScript. */

import type { CustomAttributes, Integer, JsonObject, JsonValue, Tags, View } from "./view.js";
import type { Tlp } from "./tlp.js";

export { hook } from "./generated/hook.js";
export { IocType } from "./generated/ioc_type.js";
export * from "./generated/objects.js";
export { Tlp } from "./tlp.js";
export { CustomAttributes, type Integer, type JsonObject, type JsonValue, Tags, View } from "./view.js";

/** A module: what it is, which hooks it listens to, and what it does about an event. */
export interface Definition<Config = Record<string, unknown>> {
  /** Unique within a host: 1 to 64 letters, digits, `_`, `-` and `.`, beginning with a letter or a digit. */
  name: string;
  /** As in https://semver.org. */
  version: string;
  /** What the module does, in a sentence or two for an operator. */
  description: string;
  /**
   * The JSON Schema (2020-12) of the configuration. A property of the type `string` is given to the module as the
   * operator wrote it, any other one as what its JSON is; a `default` is filled in by the host.
   */
  configSchema?: JsonObject;
  /** What the module would like to be allowed to do. */
  capabilities?: Capability[];
  /**
   * Asks for the hooks that the module listens to. An error means that the module does not work, for example because
   * of its configuration: nothing that it asked for takes effect, and the operator reads the message.
   */
  register(hooks: Hooks, config: Config): void | Promise<void>;
  /**
   * Handles one event. Nothing returned: the payload is fine as it is. Each call gets a fresh instance of the module,
   * so nothing that is kept in a variable is there at the next call.
   */
  handle(event: Event, config: Config): Handled | Promise<Handled>;
}

export type Handled = Answer | void | undefined;

/** Something that a module would like to be allowed to do. An operator grants it, or not. */
export interface Capability {
  /** Such as `http`, `keyvalue` or `actions`. */
  name: string;
  /** What is asked for in detail. */
  parameters?: JsonObject;
  /** Why, in one sentence for the operator who decides. */
  reason: string;
}

/** Checks a module's definition, and gives it back: `export default defineModule({…})`. */
export declare function defineModule<Config = Record<string, unknown>>(
  definition: Definition<Config>,
): Definition<Config>;

/** How a delivery can fail. */
export type Fault =
  | "trap"
  | "timeout"
  | "out-of-fuel"
  | "out-of-memory"
  | "bad-output"
  | "refused-capability"
  | "module-error"
  | "any";

/** What becomes of the server's request when a delivery fails. */
export type Policy = "continue" | "reject" | "retry";

/** What a subscription can say. */
export interface SubscribeOptions {
  /** What the user reads in the menu, for a manual hook: 1 to 128 characters. Default: `<module name>::<hook name>`. */
  menu?: string;
  /** Whether the server's request waits until the module has answered. Default: only for preload hooks, which must. */
  synchronous?: boolean;
  /** Where in the order of a hook's subscriptions this one comes: lower first. Default: 0. */
  priority?: number;
  /** Which events it is for: a CEL expression (https://cel.dev) over `payload` and `metadata`. Default: every event. */
  matching?: string;
  /** What becomes of the server's request when a delivery fails. Default: `continue`. */
  onFailure?: Partial<Record<Fault, Policy>>;
}

/**
 * How a module says which hooks it listens to: the contract's `registry`. What is asked for takes effect together when
 * `register` returns, and not at all when it throws.
 */
export declare class Hooks {
  private constructor();
  /** The module's id in this host. The methods give it to the host by themselves. */
  readonly moduleId: number;
  /** Subscribes the module to a hook. Throws a ModuleError, such as `unknown-hook`. */
  subscribe(hook: string, options?: SubscribeOptions): void;
  /** The same, in the words of the IRIS hooks documentation. */
  registerToHook(hook: string, menuName?: string | null, runAsynchronously?: boolean): void;
  /** Withdraws the module from a hook, whatever the menu name. Fine if it is not subscribed. */
  deregisterFromHook(hook: string): void;
}

/** When, in a server's life, a hook happens. */
export type HookKind = "preload" | "postload" | "manual";

/** What a server knows about the moment in which a hook happens. Every part is optional. */
export interface Metadata {
  /** The case that the objects belong to. */
  readonly case_id?: Integer;
  readonly case_name?: string;
  /** The name of the customer that the case is for. */
  readonly customer?: string;
  /** The id of the user on whose behalf the server acts. */
  readonly user_id?: Integer;
  /** The TLP of the case. */
  readonly tlp?: Tlp;
  /** Everything else, and what does not have the type of its key. */
  readonly extra: JsonObject;
}

/** One hook that happened, as one module sees it. */
export declare class Event {
  private constructor();
  /** The same at each attempt: use it as an idempotency key towards other systems. */
  readonly deliveryId: string;
  /** 1 at the first attempt, 2 at the second, and so on. */
  readonly attempt: number;
  /** The name of the hook; compare it with the names in `hook`. */
  readonly hook: string;
  readonly kind: HookKind;
  /** For a manual hook, the menu entry that the user chose. */
  readonly menuName?: string;
  readonly triggeredAt: Date;
  /** The login of the user on whose behalf the server acts. */
  readonly triggeredBy?: string;
  readonly metadata: Metadata;
  /** The URI of the JSON Schema that describes the payload. */
  readonly schemaId: string;
  /** The objects as the host sent them: a JSON array of objects, as text. `objects` reads it. */
  readonly payload: string;

  /** The objects, as they are. An integer that a number cannot hold is a BigInt. */
  objects(): JsonObject[];
  /** The objects, in a view such as `Ioc`. */
  objects<T extends View>(view: new (raw: JsonObject) => T): T[];

  /**
   * Edits each object of a preload's payload, and answers with what came of it: unchanged if nothing did, a
   * replacement if something did. A Rejection that `change` throws or returns ends it; its pointer is meant within
   * the object, such as `/ioc_value`.
   */
  edit<T extends View>(
    view: new (raw: JsonObject) => T,
    change: (object: T, index: number) => Promise<unknown>,
  ): Promise<Answer>;
  edit<T extends View>(view: new (raw: JsonObject) => T, change: (object: T, index: number) => unknown): Answer;
}

/** What a module answers to an event. */
export declare class Answer {
  private constructor();
  /** The payload is fine as it is. */
  static unchanged(): Answer;
  /** The payload to go on with: as many objects as there were, in the same order. Preload hooks only. */
  static replace(objects: Iterable<View | JsonObject>): Answer;
  /** The server must not go on with the request: why, and where the fault is (`/0/ioc_value`). Preload hooks only. */
  static reject(reason: string, pointer?: string): Answer;
  /** Asks the server for one more change. The actions of a preload are applied only if the request goes through. */
  action(action: Action): this;
  /** Asks the server for more changes. */
  withActions(actions: Iterable<Action>): this;
  /** A text for the user who clicked or whose request it was. Plain text. */
  message(text: string): this;
}

/** A refusal of the request that caused a preload hook. Throw it, from a handler or within `Event.edit`. */
export declare class Rejection extends Error {
  constructor(reason: string, pointer?: string);
  /** Where in the payload the fault is: a JSON Pointer. */
  pointer?: string;
  /** Says where the fault is. */
  at(pointer: string): this;
}

/** A change that a module asks the server to make to one of the server's objects. */
export declare class Action {
  private constructor();
  /** Makes a new object of a kind such as `task`. */
  static create(object: string): Action;
  /** Changes an object. */
  static update(object: string, target: Integer | string | undefined): Action;
  /** Removes an object. */
  static delete(object: string, target: Integer | string | undefined): Action;
  readonly operation: "create" | "update" | "delete";
  readonly object: string;
  readonly target?: string;
  /** The change as the JSON that the host gets. */
  readonly change: JsonObject;
  /** Sets a field of the object, by the name that the payload uses. */
  set(field: string, value: JsonValue): this;
  /** `set`, as it reads better for an object that is being made. */
  field(field: string, value: JsonValue): this;
  /** Adds a tag. Adding one that is there changes nothing. */
  addTag(tag: string): this;
  /** Removes a tag. Removing one that is not there changes nothing. */
  removeTag(tag: string): this;
  /** Sets a custom attribute of the type `input_string`, the plain one. Other tabs and fields stay. */
  customAttribute(tab: string, field: string, value: JsonValue): this;
  /** Sets a custom attribute that the server shows as HTML, without escaping anything: escape what comes from elsewhere. */
  htmlAttribute(tab: string, field: string, html: string): this;
  /** Sets a custom attribute of any type that the server knows, such as `input_textfield`. */
  typedAttribute(tab: string, field: string, type: string, value: JsonValue): this;
  /** Adds a comment to the object. */
  comment(text: string): this;
  /** For a create, the case in which to make the object. Default: the event's case. */
  inCase(caseId: Integer): this;
}

/** An error that the host understands. Anything else that is thrown becomes one with the code `uncaught`. */
export declare class ModuleError extends Error {
  constructor(code: string, message: string, options?: { retryable?: boolean; cause?: unknown });
  /** A short, stable, machine-readable word such as `upstream-unavailable`. */
  readonly code: string;
  /** Whether the same call may work if it is made again later. */
  readonly retryable: boolean;
}

/** `JSON.parse`, but an integer that a number cannot hold is a BigInt. */
export declare function parseJson(text: string): JsonValue;

/** `JSON.stringify`, also of views, and of BigInts as integers. */
export declare function stringifyJson(value: unknown): string;
