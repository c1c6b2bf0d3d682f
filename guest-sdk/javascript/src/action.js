// Changes that a module asks the server to make.

/** A change that a module asks the server to make to one of its objects: the contract's `action`. */
export class Action {
  #fields = {};
  #add = [];
  #remove = [];
  #attributes = {};
  #comments = [];
  #case;

  constructor(operation, object, target) {
    this.operation = operation;
    this.object = object;
    this.target = target === undefined ? undefined : String(target);
  }

  static create(object) {
    return new Action("create", object);
  }

  static update(object, target) {
    return new Action("update", object, required(target, object));
  }

  static delete(object, target) {
    return new Action("delete", object, required(target, object));
  }

  set(field, value) {
    this.#fields[field] = value;
    return this;
  }

  /** `set`, as it reads better for an object that is being made. */
  field(field, value) {
    return this.set(field, value);
  }

  addTag(tag) {
    this.#add.push(String(tag));
    return this;
  }

  removeTag(tag) {
    this.#remove.push(String(tag));
    return this;
  }

  customAttribute(tab, field, value) {
    return this.typedAttribute(tab, field, "input_string", value);
  }

  htmlAttribute(tab, field, html) {
    return this.typedAttribute(tab, field, "html", html);
  }

  typedAttribute(tab, field, type, value) {
    (this.#attributes[tab] ??= {})[field] = { type, value };
    return this;
  }

  comment(text) {
    this.#comments.push(String(text));
    return this;
  }

  inCase(caseId) {
    this.#case = caseId;
    return this;
  }

  /** The change as the JSON that the host gets. */
  get change() {
    const change = {};
    if (Object.keys(this.#fields).length) change.fields = this.#fields;
    if (this.#add.length || this.#remove.length) {
      change.tags = {};
      if (this.#add.length) change.tags.add = this.#add;
      if (this.#remove.length) change.tags.remove = this.#remove;
    }
    if (Object.keys(this.#attributes).length) change.custom_attributes = this.#attributes;
    if (this.#comments.length) change.comments = this.#comments;
    if (this.#case !== undefined) change.case_id = this.#case;
    return change;
  }
}

function required(target, object) {
  if (target === undefined || target === null) {
    throw new TypeError(`an action on the ${object} needs its id, and there is none`);
  }
  return target;
}
