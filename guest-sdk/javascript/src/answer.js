// What a module answers to an event.

import { readable } from "./view.js";

/** What a module answers to an event: the contract's `answer`. */
export class Answer {
  constructor(outcome) {
    /** What becomes of the payload. */
    this.outcome = outcome;
    /** What the module asks the server to do, in this order. */
    this.actions = [];
    /** A text for the user who clicked or whose request it was. */
    this.text = undefined;
  }

  static unchanged() {
    return new Answer({ tag: "unchanged" });
  }

  static replace(objects) {
    return new Answer({ tag: "replace", objects: Array.from(objects, readable) });
  }

  static reject(reason, pointer) {
    return new Answer({ tag: "reject", reason: String(reason), pointer });
  }

  action(action) {
    this.actions.push(action);
    return this;
  }

  withActions(actions) {
    this.actions.push(...actions);
    return this;
  }

  message(text) {
    this.text = String(text);
    return this;
  }
}

/** A refusal of the request that caused a preload hook. Throw it, from a handler or within `event.edit`. */
export class Rejection extends Error {
  constructor(reason, pointer) {
    super(reason);
    this.name = "Rejection";
    this.pointer = pointer;
  }

  /** Where the fault is: a JSON Pointer. */
  at(pointer) {
    this.pointer = pointer;
    return this;
  }
}
