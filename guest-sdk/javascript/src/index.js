// Write Sclera modules in JavaScript and TypeScript. The README tells how; the types are in index.d.ts.

export { Action } from "./action.js";
export { Answer, Rejection } from "./answer.js";
export { ModuleError } from "./error.js";
export { Event } from "./event.js";
export { hook } from "./generated/hook.js";
export { IocType } from "./generated/ioc_type.js";
export * from "./generated/objects.js";
export { Hooks } from "./hooks.js";
export { parse as parseJson, stringify as stringifyJson } from "./json.js";
export { defineModule } from "./module.js";
export { Tlp } from "./tlp.js";
export { CustomAttributes, Tags, View } from "./view.js";
