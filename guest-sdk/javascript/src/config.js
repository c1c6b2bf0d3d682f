// The module's configuration: texts by key, read as the module's schema says.

import { ModuleError } from "./error.js";
import { parse } from "./json.js";

/** Reads the configuration. A value that the schema has as a string is the text itself, every other one is JSON. */
export function readConfig(pairs, schema) {
  const config = {};
  for (const [key, text] of pairs) config[key] = read(key, text, schema?.properties?.[key] ?? schema?.additionalProperties);
  return config;
}

function read(key, text, schema) {
  const types = typesOf(schema);
  if (types?.every((type) => type === "string")) return text;
  try {
    return parse(text);
  } catch (error) {
    // Something that may be a text, or may be anything, is a text if it is not JSON.
    if (!types || types.includes("string")) return text;
    throw new ModuleError(
      "invalid-configuration",
      `the configuration key \`${key}\` is not JSON, such as \`5\`, \`true\` or \`["a"]\`: ${error.message}`,
    );
  }
}

/** The types that a schema allows; undefined if it does not say. */
function typesOf(schema) {
  if (typeof schema !== "object" || schema === null) return undefined;
  if (schema.type !== undefined) return [schema.type].flat();
  const values = schema.enum ?? ("const" in schema ? [schema.const] : undefined);
  return values?.map((value) => typeof value);
}
