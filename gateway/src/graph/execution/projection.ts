/**
 * From the merged answers of the subgraphs to the client's answer: the fields of the client's document, in its
 * order and under its names, completed by the client's schema. What the plan asked for besides stays behind.
 */
import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isLeafType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import {
  type ClientDocument,
  type CollectedField,
  clientDocument,
  collectFields,
  type Selected,
} from './collected-fields.js';
import {
  type Complete,
  compileCompletion,
  describePlace,
  INVALID,
  isValidLeaf,
  type Leaf,
  leafOf,
  TOLD,
} from './completion.js';
import type { ConditionValues } from './conditions.js';
import { compileIntrospection } from './introspection.js';
import { isInherited, type JsonObject, ownValue, setOwn } from './json.js';
import type { ProjectionRun } from './projection-run.js';

/** @returns null where a null came up to the root. */
export type Project = (data: JsonObject, run: ProjectionRun) => JsonObject | null;

interface Context extends ClientDocument {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  conditions: ConditionValues;
}

/** Takes one field from an object. */
type Take = (object: JsonObject, run: ProjectionRun) => unknown;

interface ObjectField {
  name: string;
  inherited: boolean;
  /** Of a field without fields of its own, null or not: a valid value needs no completion. */
  leaf: Leaf | undefined;
  take: Take | undefined;
  complete: Complete;
}

/** @param conditions values of all variables that decide on fields: for others another projection is compiled */
export function compileProjection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: ConditionValues,
): Project {
  const context: Context = { ...clientDocument(schema, document), document, operation, conditions };
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no operations of kind "${operation.operation}".`);
  const fields = compileFields(context, [{ set: operation.selectionSet, of: root }], undefined, root);
  return (data, run) => {
    const projected = projectObject(fields, data, run);
    return projected === TOLD ? null : (projected as JsonObject); // the only other thing that is answered
  };
}

function compileFields(
  context: Context,
  selected: readonly Selected[],
  typename: string | undefined,
  type: GraphQLCompositeType,
): ObjectField[] {
  return collectFields(context, selected, typename, context.conditions).map((field) => {
    const { responseName } = field;
    return {
      name: responseName,
      inherited: isInherited(responseName),
      leaf: leafOfField(field),
      take: field.type ? undefined : compileMeta(context, field, type),
      complete: field.type
        ? compileCompletion(field.type, field.parent.name, compileObject(context, field))
        : () => null,
    };
  });
}

function leafOfField({ type }: CollectedField): Leaf | undefined {
  const nullable = type && getNullableType(type);
  return isLeafType(nullable) ? leafOf(nullable) : undefined;
}

function compileMeta(context: Context, field: CollectedField, type: GraphQLCompositeType): Take {
  const { responseName, nodes, parent } = field;
  if (nodes[0]?.name.value !== '__typename') return compileIntrospection(context, field);
  return (object) => {
    const named = ownValue(object, responseName) ?? object['__typename'];
    if (named === type.name && isObjectType(type)) return named;
    const answered = typeof named === 'string' ? context.schema.getType(named) : undefined;
    const actual = answered ?? parent;
    // Which of its types the object is was never learnt.
    return isObjectType(actual) ? actual.name : INVALID;
  };
}

/** Compiles the fields for each type that an object says it is of, when the first of it comes. */
function compileObject(context: Context, { type, parent, selected }: CollectedField): Complete {
  const [first] = selected;
  if (!first || !type) return () => null;
  const compiled = new Map<string | undefined, ObjectField[]>();
  const fieldsOf = (typename: string | undefined): ObjectField[] | undefined => {
    const known = compiled.get(typename);
    if (known) return known;
    const own = typename === undefined ? first.of : context.schema.getType(typename);
    if (!isCompositeType(own)) return undefined;
    const fields = compileFields(context, selected, typename, own);
    compiled.set(typename, fields);
    return fields;
  };
  let lastName: string | undefined;
  let lastFields: ObjectField[] | undefined;

  return (value, run, key) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object' || Array.isArray(value)) {
      run.misshapen(key, `No object at ${describePlace(key, first.of, parent.name)}.`);
      return TOLD;
    }
    const object = value as JsonObject; // what JSON calls an object
    const typename = object['__typename'] === '' ? undefined : object['__typename'];
    if (typename !== undefined && typeof typename !== 'string') {
      run.misshapen(key, `__typename is no text at ${describePlace(key, first.of, parent.name)}.`);
      return TOLD;
    }
    if (!lastFields || typename !== lastName) {
      lastFields = fieldsOf(typename);
      lastName = typename;
    }
    if (!lastFields) {
      run.tell(key, `Invalid __typename found for object at ${describePlace(key, first.of, parent.name)}.`);
      return TOLD;
    }
    run.path.push(key);
    const projected = projectObject(lastFields, object, run);
    run.path.pop();
    return projected;
  };
}

/**
 * An object that has just these fields in this order, all of them valid, is its own projection, and so is a list of
 * such: what a subgraph answers is mostly that, and building it anew would be most of the work of an answer.
 */
function projectObject(fields: readonly ObjectField[], object: JsonObject, run: ProjectionRun): unknown {
  let index = 0;
  for (const name in object) {
    const field = fields[index];
    if (field?.name !== name) return projectRest(fields, object, run, index, NOT_YET);
    const value = object[name];
    if (field.leaf === undefined || !isValidLeaf(field.leaf, value)) {
      const completed = completeField(field, object, value, run);
      if (completed !== value) return projectRest(fields, object, run, index, completed);
    }
    index += 1;
  }
  return index === fields.length ? object : projectRest(fields, object, run, index, NOT_YET);
}

/** The field has not been completed. */
const NOT_YET = Symbol('not completed');

/** @param first of the fields that are not as they are in the object; `completed` is what it became */
function projectRest(
  fields: readonly ObjectField[],
  object: JsonObject,
  run: ProjectionRun,
  first: number,
  completed: unknown,
): unknown {
  const projected: JsonObject = {};
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as ObjectField; // there are that many
    const { name, inherited } = field;
    let value: unknown = inherited ? ownValue(object, name) : object[name];
    if (index === first && completed !== NOT_YET) value = completed;
    else if (index >= first) value = completeField(field, object, value, run);
    if (value === INVALID) return TOLD;
    if (value === TOLD) value = null;
    if (inherited) setOwn(projected, name, value);
    else projected[name] = value;
  }
  return projected;
}

function completeField(field: ObjectField, object: JsonObject, value: unknown, run: ProjectionRun): unknown {
  if (field.leaf !== undefined && isValidLeaf(field.leaf, value)) return value;
  return field.take ? field.take(object, run) : field.complete(value, run, field.name);
}
