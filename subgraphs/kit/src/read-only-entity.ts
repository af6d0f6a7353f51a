/** Entities of the hot paths that are read only. */
import type { EntityClass } from '@mikro-orm/core';

/**
 * An entity of what is already known, which nobody saves. MikroORM watches each property of an entity that is made
 * in the usual way, for changes to be saved: that costs a feed more than the rest of an event's way through it.
 * @param fields the entity's columns; what it computes it still computes.
 */
export function readOnlyEntity<T extends object, F extends object>(entity: EntityClass<T>, fields: F): T & F {
  // The prototype brings the getters; own properties hide MikroORM's setters.
  return Object.setPrototypeOf(fields, entity.prototype as T) as T & F;
}
