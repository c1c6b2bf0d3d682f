// What a module has beside the language itself. Name it in a tsconfig.json: `"types": ["@sclera/sdk/globals"]`.

/** Log lines, kept with the delivery that wrote them. */
declare const console: {
  log(...data: unknown[]): void;
  info(...data: unknown[]): void;
  debug(...data: unknown[]): void;
  warn(...data: unknown[]): void;
  error(...data: unknown[]): void;
  trace(...data: unknown[]): void;
  dir(value: unknown): void;
  assert(condition: unknown, ...data: unknown[]): void;
};

declare class Headers implements Iterable<[string, string]> {
  constructor(init?: Record<string, string> | Iterable<[string, string]>);
  append(name: string, value: string): void;
  set(name: string, value: string): void;
  get(name: string): string | null;
  has(name: string): boolean;
  delete(name: string): void;
  entries(): IterableIterator<[string, string]>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  forEach(run: (value: string, name: string, headers: Headers) => void): void;
}

interface RequestInit {
  /** Default: `GET`. */
  method?: string;
  headers?: Record<string, string> | Iterable<[string, string]> | Headers;
  body?: string | Uint8Array | ArrayBuffer | null;
  /** Milliseconds to wait for the connection, for the first byte, and between bytes. */
  timeout?: number;
  /** A redirect is an answer; the host follows none. */
  redirect?: "manual";
}

declare class Response {
  constructor(body?: string | Uint8Array | null, init?: { status?: number; headers?: Record<string, string>; url?: string });
  readonly status: number;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly headers: Headers;
  readonly url: string;
  readonly redirected: false;
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  /** An integer that a number cannot hold is a BigInt. */
  json(): Promise<any>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Sends a request, to an origin that the operator granted. What goes wrong on the way is a ModuleError with the code
 * `http-refused` (it is not granted), `http-timeout`, `http-unreachable` (both retryable), `http-invalid` or `http-too-large`.
 */
declare function fetch(url: string, init?: RequestInit): Promise<Response>;

declare function setTimeout<Args extends unknown[]>(run: (...args: Args) => void, ms?: number, ...args: Args): number;
declare function clearTimeout(id: number | undefined): void;
declare function queueMicrotask(run: () => void): void;

declare const crypto: {
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): string;
};

declare const performance: { now(): number };

declare function btoa(binary: string): string;
declare function atob(base64: string): string;

declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array;
}

declare class TextDecoder {
  constructor(label?: "utf-8" | "utf8", options?: { fatal?: boolean });
  readonly encoding: "utf-8";
  decode(input?: ArrayBuffer | ArrayBufferView): string;
}
