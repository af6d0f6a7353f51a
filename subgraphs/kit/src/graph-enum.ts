/** Enums of the contract, registered in the graph under their contract's name. */
import { registerEnumType } from 'type-graphql';
import type { z } from 'zod';

/**
 * Registers a zod enum of `@interview/schema/enums` and returns the object to name in `@Field(() => …)`.
 * @example export const RoundStatusEnum = graphEnum('RoundStatus', RoundStatus);
 */
export function graphEnum<T extends Record<string, string>>(
  name: string,
  values: z.ZodEnum<T>,
  description?: string,
): T {
  const object = values.enum as T;
  registerEnumType(object, { name, ...(description ? { description } : {}) });
  return object;
}
