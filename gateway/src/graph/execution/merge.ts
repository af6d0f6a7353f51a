/** Puts what a fetch answered into what is there already: objects field by field, lists place by place. */
import { copyOf, isJsonObject, type JsonObject, ownValue, setOwn } from './json.js';

/**
 * A list of another length than the one that is there replaces it: the two are not about the same things.
 * @param copying leaves `source` whole, for it is merged elsewhere too
 */
export function mergeInto(target: JsonObject, source: JsonObject, copying = false): void {
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value === undefined) continue;
    if (typeof value !== 'object' || value === null) setOwn(target, name, value);
    else setOwn(target, name, merged(ownValue(target, name), value, copying));
  }
}

function merged(present: unknown, value: unknown, copying: boolean): unknown {
  if (isJsonObject(value)) {
    if (!isJsonObject(present)) return copying ? copyOf(value) : value;
    mergeInto(present, value, copying);
    return present;
  }
  if (Array.isArray(value) && Array.isArray(present) && present.length === value.length) {
    for (const [index, item] of value.entries()) present[index] = merged(present[index], item, copying);
    return present;
  }
  return copying ? copyOf(value) : value;
}
