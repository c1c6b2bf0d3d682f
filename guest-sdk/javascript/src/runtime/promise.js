// Promises whose jobs the module runs itself.
//
// A module is called synchronously, and QuickJS does not run the jobs of its own promises during such a call. So the
// global Promise is this one within a component, and `async` functions are compiled to it: whoever called the module's
// handler runs the jobs until its promise is settled.

const jobs = [];
const unhandled = new Set();

/** Has `job` run when the code that runs now is done. */
export function queueJob(job) {
  jobs.push(job);
}

/** Runs everything that is ready to run, and what becomes ready by it. */
export function runJobs() {
  for (const job of jobs) job(); // a loop over an array sees what is added meanwhile
  jobs.length = 0;
}

/** What rejected promises hold that nobody looked at; they are forgotten. */
export function takeUnhandled() {
  const reasons = [...unhandled].map((promise) => promise.reason);
  unhandled.clear();
  return reasons;
}

/** The Promise of ECMAScript. */
export class JobPromise {
  #state = "pending";
  #value;
  #reactions = [];

  constructor(executor) {
    if (typeof executor !== "function") throw new TypeError("Promise needs a function");
    const { resolve, reject } = this.#functions();
    try {
      executor(resolve, reject);
    } catch (error) {
      reject(error);
    }
  }

  get [Symbol.toStringTag]() {
    return "Promise";
  }

  get reason() {
    return this.#value;
  }

  then(onFulfilled, onRejected) {
    const Kind = this.constructor?.[Symbol.species] ?? JobPromise;
    return new Kind((resolve, reject) => {
      const reaction = (handler, otherwise) => () => {
        if (typeof handler !== "function") return otherwise(this.#value);
        try {
          resolve(handler(this.#value));
        } catch (error) {
          reject(error);
        }
      };
      this.#react({ fulfilled: reaction(onFulfilled, resolve), rejected: reaction(onRejected, reject) });
    });
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(then) {
    if (typeof then !== "function") return this.then(then, then);
    return this.then(
      (value) => JobPromise.resolve(then()).then(() => value),
      (reason) =>
        JobPromise.resolve(then()).then(() => {
          throw reason;
        }),
    );
  }

  #react(reaction) {
    unhandled.delete(this);
    if (this.#state === "pending") this.#reactions.push(reaction);
    else queueJob(reaction[this.#state]);
  }

  /** The two functions that settle the promise; of all their calls, the first one counts. */
  #functions() {
    let done = false;
    const once = (settle) => (value) => {
      if (done) return;
      done = true;
      settle(value);
    };
    return { resolve: once((value) => this.#resolve(value)), reject: once((reason) => this.#settle("rejected", reason)) };
  }

  #resolve(value) {
    if (value === this) return this.#settle("rejected", new TypeError("a promise cannot wait for itself"));
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      return this.#settle("fulfilled", value);
    }
    let then;
    try {
      then = value.then;
    } catch (error) {
      return this.#settle("rejected", error);
    }
    if (typeof then !== "function") return this.#settle("fulfilled", value);
    queueJob(() => {
      const { resolve, reject } = this.#functions();
      try {
        then.call(value, resolve, reject);
      } catch (error) {
        reject(error);
      }
    });
  }

  #settle(state, value) {
    this.#state = state;
    this.#value = value;
    const reactions = this.#reactions;
    this.#reactions = undefined;
    if (state === "rejected" && !reactions.length) unhandled.add(this);
    for (const reaction of reactions) queueJob(reaction[state]);
  }

  static get [Symbol.species]() {
    return this;
  }

  static resolve(value) {
    return value instanceof JobPromise && value.constructor === this ? value : new this((resolve) => resolve(value));
  }

  static reject(reason) {
    return new this((_, reject) => reject(reason));
  }

  static withResolvers() {
    let resolve, reject;
    const promise = new this((first, second) => ((resolve = first), (reject = second)));
    return { promise, resolve, reject };
  }

  static try(run, ...args) {
    return new this((resolve) => resolve(run(...args)));
  }

  static all(promises) {
    return this.#gather(promises, (index, { values, done, reject }) => [(value) => done((values[index] = value)), reject]);
  }

  static allSettled(promises) {
    return this.#gather(promises, (index, { values, done }) => [
      (value) => done((values[index] = { status: "fulfilled", value })),
      (reason) => done((values[index] = { status: "rejected", reason })),
    ]);
  }

  static race(promises) {
    return new this((resolve, reject) => {
      for (const promise of promises) this.resolve(promise).then(resolve, reject);
    });
  }

  static any(promises) {
    // The same as `all` with the two ways exchanged.
    return this.all([...promises].map((promise) => this.resolve(promise).then((value) => this.reject({ value }), (reason) => reason)))
      .then((reasons) => this.reject({ reasons }))
      .catch((end) => {
        if ("value" in end) return end.value;
        throw new AggregateError(end.reasons, "All promises were rejected");
      });
  }

  static #gather(promises, reactions) {
    return new this((resolve, reject) => {
      const values = [];
      let left = 1;
      const done = () => --left || resolve(values);
      for (const [index, promise] of [...promises].entries()) {
        left++;
        values.push(undefined);
        this.resolve(promise).then(...reactions(index, { values, done, reject }));
      }
      done();
    });
  }
}

Object.defineProperty(JobPromise, "name", { value: "Promise" });
