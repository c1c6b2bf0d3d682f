// `console`, whose lines the host keeps with the delivery. Also what is not text may be logged.

const DEPTH = 4;
const ITEMS = 100;

/** The console over `log(level, text)`. */
export function makeConsole(log) {
  const at = (level) => (...args) => void log(level, format(args));
  return {
    log: at("info"),
    info: at("info"),
    debug: at("debug"),
    warn: at("warn"),
    error: at("error"),
    trace: at("trace"),
    dir: (value) => void log("info", show(value)),
    assert(condition, ...args) {
      if (!condition) log("error", format(["Assertion failed:", ...args]));
    },
  };
}

/** One line of what was given to `console`: placeholders such as `%s` in the first text, then the rest, shown. */
export function format(args) {
  let rest = args;
  let head;
  if (typeof args[0] === "string") {
    [head, ...rest] = args;
    // A text alone is what it is.
    if (rest.length) head = head.replace(/%[sdifjoOc%]/g, (placeholder) => {
      if (placeholder === "%%") return "%";
      if (!rest.length) return placeholder;
      const value = rest.shift();
      switch (placeholder) {
        case "%s":
          return typeof value === "string" ? value : show(value, 1);
        case "%d":
        case "%i":
          return String(placeholder === "%i" ? Math.trunc(Number(value)) : Number(value));
        case "%f":
          return String(Number(value));
        case "%c":
          return "";
        default:
          return show(value);
      }
    });
  }
  const parts = rest.map((value) => (typeof value === "string" ? value : show(value)));
  return (head === undefined ? parts : [head, ...parts]).join(" ").toWellFormed();
}

/** Any value, as a person reads it. */
export function show(value, depth = DEPTH, inside = []) {
  try {
    return shown(value, depth, inside);
  } catch (error) {
    return `[not to be shown: ${error?.message}]`;
  }
}

function shown(value, depth, inside) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name || "without a name"}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return showError(value);
  if (inside.includes(value)) return "[circular]";
  const within = (item) => show(item, depth - 1, [...inside, value]);
  const name = value.constructor?.name ?? "";
  if (value instanceof Date) return isNaN(value) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (typeof value.toJSON === "function") return within(value.toJSON());
  if (depth <= 0) return Array.isArray(value) ? "[…]" : `${name === "Object" ? "" : name} {…}`.trim();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const prefix = Array.isArray(value) ? "" : `${name}(${value.length ?? value.byteLength}) `;
    return `${prefix}[${some([...(value.length === undefined ? [] : value.slice(0, ITEMS + 1))].map(within), value.length)}]`;
  }
  if (value instanceof Map) return `Map {${some([...value].map(([key, item]) => `${within(key)} => ${within(item)}`))}}`;
  if (value instanceof Set) return `Set {${some([...value].map(within))}}`;
  const fields = Object.entries(value).map(([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${within(item)}`);
  const shownFields = fields.length ? `{ ${some(fields)} }` : "{}";
  return name === "Object" || name === "" ? shownFields : `${name} ${shownFields}`;
}

function some(items, length = items.length) {
  return length > ITEMS ? `${items.slice(0, ITEMS).join(", ")}, … ${length - ITEMS} more` : items.join(", ");
}

/** An error with its stack and its causes. */
export function showError(error) {
  const head = `${error.name}: ${error.message}`;
  const stack = String(error.stack ?? "").trimEnd();
  // QuickJS's stack has no first line with the message, V8's has.
  const all = stack.startsWith(error.name) ? stack : [head, stack].filter(Boolean).join("\n");
  return error.cause instanceof Error ? `${all}\ncaused by ${showError(error.cause)}` : all;
}
