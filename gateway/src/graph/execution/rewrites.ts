/**
 * Changes that the planner wants in what is sent to a subgraph or comes from it: an object type's name becomes that
 * of its interface object, a field that had to be asked under another name gets its own back.
 */
import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isJsonObject, type JsonObject, ownValue, setOwn } from './json.js';
import { isOfType } from './types.js';

/** Changes the value in place. */
export type Rewrite = (value: unknown) => void;

const TYPE_CONDITION = '... on ';

/** @returns undefined where there is nothing to change. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, schema));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, schema: GraphQLSchema): Rewrite {
  const field = rewrite.path.at(-1);
  if (field === undefined || field.startsWith(TYPE_CONDITION)) {
    throw new Error(`A rewrite has to end at a field, and this one does not: ${rewrite.path.join('.')}`);
  }
  return rewrite.path
    .slice(0, -1)
    .reduceRight<Rewrite>(
      (next, element) =>
        element.startsWith(TYPE_CONDITION)
          ? onType(element.slice(TYPE_CONDITION.length), next, schema)
          : onEach((object) => next(ownValue(object, element))),
      onEach(change(rewrite, field)),
    );
}

function change(rewrite: FetchDataRewrite, field: string): (object: JsonObject) => void {
  if (rewrite.kind === 'ValueSetter') return (object) => setOwn(object, field, rewrite.setValueTo);
  return (object) => {
    const value = ownValue(object, field);
    if (value === undefined) return;
    setOwn(object, rewrite.renameKeyTo, value);
    // Not deleted, which would make the object slow; what is undefined counts as not there.
    object[field] = undefined;
  };
}

function onEach(act: (object: JsonObject) => void): Rewrite {
  const each: Rewrite = (value) => {
    if (Array.isArray(value)) for (const item of value) each(item);
    else if (isJsonObject(value)) act(value);
  };
  return each;
}

/** An object that does not say its type is taken for one of the wanted: the subgraph was asked for no other. */
function onType(condition: string, next: Rewrite, schema: GraphQLSchema): Rewrite {
  return onEach((object) => {
    const typename = object['__typename'];
    if (!typename || (typeof typename === 'string' && isOfType(schema, typename, condition))) next(object);
  });
}
