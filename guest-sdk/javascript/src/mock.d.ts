/** A host for a module's unit tests: natively, with plain `node --test`. */

import type { Definition, Fault, JsonObject, JsonValue, Policy } from "./index.js";

declare global {
  /** What the SDK's `fetch` has beside that of Node.js, whose types a unit test has. */
  interface RequestInit {
    timeout?: number;
  }
}

/** What a mock host is made with. */
export interface MockOptions {
  /** The module's configuration, as an operator's file has it. Defaults of the module's schema are filled in. */
  config?: JsonObject;
  /** Hooks beside the 58 of the IRIS hooks documentation. */
  hooks?: string[];
}

/** What a `fetch` gets. */
export type MockResponse =
  | { status?: number; headers?: Record<string, string>; body?: string; json?: JsonValue }
  | { error: "timeout" | "refused" | (string & {}) };

export interface MockEventOptions {
  /** For a manual hook, the menu entry that the user chose. */
  menu?: string;
  /** The login of the user on whose behalf the server acts. Default: `ada`. */
  by?: string;
  /** What else the server knows: `case_id`, `tlp`, … */
  metadata?: JsonObject;
  /** Default: 1. */
  attempt?: number;
  deliveryId?: string;
}

/** What a module answered: only what is there. */
export interface MockAnswer {
  outcome: "unchanged" | "replace" | "reject";
  payload?: JsonObject[];
  reason?: string;
  pointer?: string;
  /** Each with one of `create`, `update` and `delete`, which is the kind of object. */
  actions?: { create?: string; update?: string; delete?: string; target?: string; change: JsonObject }[];
  message?: string;
}

export interface MockSubscription {
  hook: string;
  menuName?: string;
  asynchronous: boolean;
  priority: number;
  matching?: string;
  onFailure: Partial<Record<Fault, Policy>>;
}

export declare class MockHost {
  constructor(options?: MockOptions);
  /** What the module has logged so far. */
  readonly logs: { level: "debug" | "info" | "warn" | "error"; message: string }[];
  /** What the module has fetched so far. */
  readonly requests: { url: string; method: string; headers: Record<string, string>; body?: string }[];
  /** What the module's next `fetch` gets, after those that were given before. Without one, it is refused. */
  respond(answer: MockResponse): this;
  /** What the module says about itself. */
  describe<Config>(module: Definition<Config>): {
    name: string;
    version: string;
    description: string;
    configSchema?: JsonObject;
    capabilities: { name: string; parameters: JsonObject; reason: string }[];
  };
  /** Lets the module register, and says which subscriptions took effect. */
  register<Config>(module: Definition<Config>): Promise<MockSubscription[]>;
  /** Begins an event: a hook that happened, with its objects, or its one object. */
  event(
    hook: string,
    payload: JsonObject | JsonObject[],
    options?: MockEventOptions,
  ): {
    /**
     * Lets the module handle the event. Rejects with the ModuleError that the host would get, also for an answer that
     * the host would not take (`bad-output`).
     */
    handle<Config>(module: Definition<Config>): Promise<MockAnswer>;
  };
}
