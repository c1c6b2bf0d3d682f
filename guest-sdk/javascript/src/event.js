// One hook that happened.

import { Answer, Rejection } from "./answer.js";
import { ModuleError } from "./error.js";
import { parse, stringify } from "./json.js";
import { integer, text } from "./view.js";
import { Tlp } from "./tlp.js";

/** One hook that happened, as one module sees it: the contract's `event`. */
export class Event {
  /** @param event the contract's record */
  constructor(event) {
    this.deliveryId = event.deliveryId;
    this.attempt = event.attempt;
    this.hook = event.hook;
    this.kind = event.kind;
    this.menuName = event.menuName ?? undefined;
    this.triggeredAt = new Date(Number(event.triggeredAtMs));
    this.triggeredBy = event.triggeredBy ?? undefined;
    this.metadata = readMetadata(this.#read(event.metadata, "metadata", isObject, "a JSON object"));
    this.schemaId = event.schemaId;
    this.payload = event.payload;
  }

  /** The objects, in a view such as `Ioc`, or as they are. */
  objects(View) {
    const areObjects = (value) => Array.isArray(value) && value.every(isObject);
    const objects = this.#read(this.payload, "payload", areObjects, "a JSON array of objects");
    return View ? objects.map((object) => new View(object)) : objects;
  }

  /** Edits each object of a preload's payload, and answers with what came of it. */
  edit(View, change) {
    const views = this.objects(View);
    const before = stringify(views);
    const finish = () => (stringify(views) === before ? Answer.unchanged() : Answer.replace(views));

    const from = (start) => {
      for (let index = start; index < views.length; index++) {
        const rejected = (thrown) => rejection(thrown, index);
        try {
          const returned = change(views[index], index);
          if (typeof returned?.then === "function") {
            return returned.then((value) => refused(value, index) ?? from(index + 1), rejected);
          }
          const refusal = refused(returned, index);
          if (refusal) return refusal;
        } catch (thrown) {
          return rejected(thrown);
        }
      }
      return finish();
    };
    return from(0);
  }

  #read(json, what, fits, expected) {
    let value;
    try {
      value = parse(json);
    } catch (error) {
      throw new ModuleError("bad-event", `the ${what} of ${this.hook} is not JSON: ${error.message}`);
    }
    if (!fits(value)) throw new ModuleError("bad-event", `the ${what} of ${this.hook} is not ${expected}`);
    return value;
  }
}

function refused(returned, index) {
  return returned instanceof Rejection ? rejection(returned, index) : undefined;
}

/** A rejection's pointer is meant within the object: it is put behind the object's place in the list. */
function rejection(thrown, index) {
  if (!(thrown instanceof Rejection)) throw thrown;
  return Answer.reject(thrown.message, `/${index}${thrown.pointer ?? ""}`);
}

/** What a server knows about the moment. A value that does not have the type of its key stays in `extra`. */
function readMetadata(object) {
  const types = {
    case_id: integer.read,
    case_name: text.read,
    customer: text.read,
    user_id: integer.read,
    tlp: Tlp.fromName,
  };
  const metadata = { extra: { ...object } };
  for (const [key, read] of Object.entries(types)) {
    metadata[key] = read(object[key]);
    if (metadata[key] !== undefined) delete metadata.extra[key];
  }
  return metadata;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
