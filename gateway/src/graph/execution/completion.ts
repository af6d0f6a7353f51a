/**
 * Completes values by the type of the client's schema: what is not valid becomes null, and null where none may be
 * takes the object or list around it along. Each type becomes a closure once; an answer runs through them.
 */
import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';
import type { ProjectionRun } from './projection-run.js';

/** The value is null, and an error says why (or another null does). */
export const TOLD = Symbol('null that has been told');
/** There is no valid value: what is around it is null too. */
export const INVALID = Symbol('null where none may be');

/** @param key of the value in the object or list around it */
export type Complete = (value: unknown, run: ProjectionRun, key: string | number) => unknown;

/**
 * @param parent the type that errors name: fields are told as `Type.field`
 * @param completeObject of the innermost type, where that has fields
 */
export function compileCompletion(type: GraphQLOutputType, parent: string, completeObject: Complete): Complete {
  if (isNonNullType(type)) {
    const { ofType } = type;
    const complete = compileCompletion(ofType, parent, completeObject);
    return (value, run, key) => {
      const completed = complete(value, run, key);
      if (completed === TOLD) return INVALID;
      if (completed !== null) return completed;
      run.tell(key, `Cannot return null for non-nullable ${describePlace(key, ofType, parent)}.`);
      return INVALID;
    };
  }
  if (isListType(type)) return compileList(type, compileCompletion(type.ofType, parent, completeObject), parent);
  return isLeafType(type) ? compileLeaf(type, parent) : completeObject;
}

function compileList(type: GraphQLOutputType, complete: Complete, parent: string): Complete {
  return (value, run, key) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) {
      run.misshapen(key, `No list at ${describePlace(key, type, parent)}.`);
      return TOLD;
    }
    run.path.push(key);
    let invalid = false;
    // The list itself, as long as every item is its own completion.
    let list: unknown[] = value;
    for (let index = 0; index < value.length; index++) {
      const completed = complete(value[index], run, index);
      if (completed === INVALID) invalid = true;
      if (completed === value[index]) continue;
      if (list === value) list = value.slice();
      list[index] = completed === TOLD ? null : completed;
    }
    run.path.pop();
    return invalid ? TOLD : list;
  };
}

function compileLeaf(type: GraphQLLeafType, parent: string): Complete {
  const leaf = leafOf(type);
  return (value, run, key) => {
    if (value === null || value === undefined) return null;
    if (isValidLeaf(leaf, value)) return value;
    run.tell(key, `Invalid value found for ${describePlace(key, type, parent)}.`);
    return TOLD;
  };
}

enum LeafKind {
  Text,
  Id,
  Number,
  Whole,
  Truth,
  Name,
  Any,
}

/** What values of a leaf type have to be. */
export interface Leaf {
  kind: LeafKind;
  /** Of an enum. */
  names: ReadonlySet<unknown>;
}

const KINDS: Readonly<Record<string, LeafKind>> = {
  String: LeafKind.Text,
  ID: LeafKind.Id,
  Float: LeafKind.Number,
  Int: LeafKind.Whole,
  Boolean: LeafKind.Truth,
};

export function leafOf(type: GraphQLLeafType): Leaf {
  if (isEnumType(type)) return { kind: LeafKind.Name, names: new Set(type.getValues().map(({ name }) => name)) };
  const kind = isSpecifiedScalarType(type) ? KINDS[type.name] : undefined;
  return { kind: kind ?? LeafKind.Any, names: new Set() };
}

/**
 * As loose as the executor before this one: a number of a Float may be whole, an ID may be a number. Scalars of the
 * schema's own may be anything. One function for all, which the engine inlines.
 */
export function isValidLeaf({ kind, names }: Leaf, value: unknown): boolean {
  switch (kind) {
    case LeafKind.Text:
      return typeof value === 'string';
    case LeafKind.Id:
      return typeof value === 'string' || isWhole(value);
    case LeafKind.Number:
      return typeof value === 'number';
    case LeafKind.Whole:
      return isWhole(value);
    case LeafKind.Truth:
      return typeof value === 'boolean';
    case LeafKind.Name:
      return names.has(value);
    case LeafKind.Any:
      return value !== null && value !== undefined;
  }
}

/** As JSON writes it: 1e21 is whole, and not written as a whole number. */
const isWhole = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e21;

export function describePlace(key: string | number, type: GraphQLOutputType, parent: string): string {
  return typeof key === 'string' ? `field ${parent}.${key}` : `array element of type ${type} at index ${key}`;
}
