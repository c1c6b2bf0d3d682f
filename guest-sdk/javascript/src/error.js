// Why something did not work.

/** An error that the host understands: the contract's `error`. */
export class ModuleError extends Error {
  constructor(code, message, { retryable = false, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ModuleError";
    this.code = code;
    this.retryable = retryable;
  }

  /** What the host reports of anything that was thrown. */
  static from(thrown) {
    if (thrown instanceof ModuleError) return thrown;
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown: ${describe(thrown)}`;
    return new ModuleError("uncaught", message, { cause: thrown });
  }
}

function describe(thrown) {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}
