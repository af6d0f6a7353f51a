/** Batched reading: however many places of an answer ask for an entity, the database is asked once. */
import type { EntityClass, FilterQuery } from '@mikro-orm/core';
import DataLoader from 'dataloader';
import type { SubgraphContext } from './context.js';
import { isUuid } from './round-access.js';

/**
 * A function that reads the one entity whose column `by` (a UUID, unique) has the value given; null where
 * there is none. It decides nothing about access.
 * @example const verdictOfRound = entityBy(Verdict, 'roundId');
 */
export function entityBy<T extends object>(
  entity: EntityClass<T>,
  by: keyof T & string,
): (context: SubgraphContext, value: string) => Promise<T | null> {
  const key = Symbol(`${entity.name} by ${by}`);
  const loaderOf = (context: SubgraphContext) =>
    context.loader<string, T | null>(
      key,
      ({ em }) =>
        new DataLoader(async (values) => {
          // The column is one of the entity's own, which the generic type of a filter cannot know.
          const where = { [by]: { $in: values } } as unknown as FilterQuery<NoInfer<T>>;
          const found = await em.find(entity, where, { disableIdentityMap: true });
          const byValue = new Map(found.map((one) => [String(one[by]), one]));
          return values.map((value) => byValue.get(value) ?? null);
        }),
    );
  return async (context, value) => (isUuid(value) ? loaderOf(context).load(value.toLowerCase()) : null);
}
