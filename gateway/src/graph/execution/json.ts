/**
 * Objects as `JSON.parse` makes them, read and written so that no name in them reaches a prototype: a subgraph's
 * answer and a client's alias may be called `__proto__` or `constructor`.
 */
export type JsonObject = Record<string, unknown>;

export type ResponsePath = readonly (string | number)[];

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a plain read of this name may find what every object inherits. */
export const isInherited = (name: string): boolean => name in Object.prototype;

export function ownValue(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** An assignment that makes `__proto__` a property like any other. */
export function setOwn(object: JsonObject, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[name] = value;
  }
}

/** A copy in which nothing that can be changed is shared. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const name of Object.keys(value)) setOwn(copy, name, copyOf(value[name]));
  return copy;
}
