/**
 * From an entity to the JSON text of its representation, as a fetch requires it. The text is what is sent and also
 * the key by which equal representations are found, so it is built once and directly, without an object in between,
 * wherever one selection says all of it.
 */
import type { FetchDataRewrite, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isJsonObject, type JsonObject, ownValue, setOwn } from './json.js';
import { mergeInto } from './merge.js';
import { compileRewrites } from './rewrites.js';
import { isOfType } from './types.js';

/** Undefined: the entity is not of a type that the fetch is about, or lacks a field that is required. */
export type Represent = (entity: JsonObject) => string | undefined;

type Texts = (source: JsonObject) => string | undefined;

export function compileRepresentations(
  requires: readonly QueryPlanSelectionNode[],
  inputRewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): Represent {
  const rewrite = compileRewrites(inputRewrites, schema);
  const throughObject: Represent = (entity) => {
    const representation = pick(entity, requires, schema);
    if (!representation?.['__typename']) return undefined;
    rewrite?.(representation);
    return JSON.stringify(representation);
  };
  if (rewrite) return throughObject;

  const byType = new Map<unknown, Represent>();
  return (entity) => {
    const typename = entity['__typename'];
    const known = byType.get(typename);
    if (known) return known(entity);
    const fields = typeof typename === 'string' ? onlyFields(requires, typename, schema) : undefined;
    const named = fields?.some((field) => responseNameOf(field) === '__typename');
    const represent = fields && named ? compileTexts(fields, schema) : throughObject;
    // A subgraph may answer anything; only names of the schema are few.
    if (typeof typename === 'string' && schema.getType(typename)) byType.set(typename, represent);
    return represent(entity);
  };
}

const responseNameOf = (field: QueryPlanFieldNode): string => field.alias ?? field.name;

/**
 * What is selected of an object of this type when that is one list of fields. Undefined when several fragments
 * apply: each of them stands or falls alone, and what they have in common merges.
 */
function onlyFields(
  selections: readonly QueryPlanSelectionNode[],
  typename: string,
  schema: GraphQLSchema,
): readonly QueryPlanFieldNode[] | undefined {
  const applying = selections.filter(
    (s) => s.kind === 'Field' || (s.typeCondition !== undefined && isOfType(schema, typename, s.typeCondition)),
  );
  const [first] = applying;
  if (applying.length === 1 && first?.kind === 'InlineFragment') return onlyFields(first.selections, typename, schema);
  return applying.every((s) => s.kind === 'Field') ? applying : undefined;
}

function compileTexts(fields: readonly QueryPlanFieldNode[], schema: GraphQLSchema): Texts {
  const parts = fields.map((field, index) => {
    const name = responseNameOf(field);
    return {
      name,
      head: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
      textOf: field.selections ? compileNested(field.selections, schema) : leafText,
    };
  });
  return (source) => {
    let text = '';
    for (const { name, head, textOf } of parts) {
      const value = ownValue(source, name);
      if (value === undefined) return undefined;
      text += head + textOf(value);
    }
    return `${text}}`;
  };
}

function leafText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** Of an object within: null where it lacks something, as where it is null itself. */
function compileNested(
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): (value: unknown) => string {
  const fields = selections.every((s) => s.kind === 'Field') ? compileTexts(selections, schema) : undefined;
  const textOf = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
    if (!isJsonObject(value)) return 'null';
    return (fields ? fields(value) : JSON.stringify(pick(value, selections, schema) ?? null)) ?? 'null';
  };
  return textOf;
}

/** The general way, for what several fragments say of one object. */
function pick(
  source: JsonObject,
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): JsonObject | undefined {
  const picked: JsonObject = {};
  const typename = source['__typename'];
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const name = responseNameOf(selection);
      const value = ownValue(source, name);
      if (value === undefined) return undefined;
      setOwn(picked, name, selection.selections ? pickWithin(value, selection.selections, schema) : value);
    } else if (
      selection.typeCondition !== undefined &&
      typeof typename === 'string' &&
      isOfType(schema, typename, selection.typeCondition)
    ) {
      const inner = pick(source, selection.selections, schema);
      if (inner) mergeInto(picked, inner, true);
    }
  }
  return picked;
}

function pickWithin(value: unknown, selections: readonly QueryPlanSelectionNode[], schema: GraphQLSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => pickWithin(item, selections, schema));
  return isJsonObject(value) ? (pick(value, selections, schema) ?? null) : null;
}
