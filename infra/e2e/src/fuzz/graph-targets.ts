/**
 * Every field of the graph that takes arguments, as a target for generated questions. All of it is read from the
 * schema that the gateway itself tells: a new field, argument or input is fuzzed without a change here.
 */
import fc, { type Arbitrary } from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { type Known, oddCursor, oddId, oddInstant, oddJson, oddNumber, oddString, oddText } from './odd-values.js';

export interface GraphQuestion {
  document: string;
  variables: Record<string, unknown>;
}

export interface GraphTarget {
  /** `Type.field`. */
  name: string;
  kind: 'query' | 'mutation' | 'subscription';
  /** The name of the type that it answers. */
  answers: string;
  questions(known: Known): Arbitrary<GraphQuestion>;
}

/** From the root to a field; `name` is what it answers under. */
type Path = readonly { field: GraphQLField<unknown, unknown>; owner: GraphQLObjectType }[];

/** How deep a selection goes: a round's insights' own fields are reached. */
const SELECTION_DEPTH = 4;

export function graphTargets(schema: GraphQLSchema): GraphTarget[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  const direct = roots.flatMap(([kind, root]) =>
    root ? fieldsOf(root).flatMap((field) => (takes(field) ? [target(kind, [{ field, owner: root }])] : [])) : [],
  );
  const query = schema.getQueryType();
  return query ? [...direct, ...nestedPaths(query).map((path) => target('query', path))] : direct;
}

const fieldsOf = (type: GraphQLObjectType) => Object.values(type.getFields());
const takes = (field: GraphQLField<unknown, unknown>) => field.args.length > 0;

/** The shortest path to each field with arguments below the root. */
function nestedPaths(root: GraphQLObjectType): Path[] {
  const found: Path[] = [];
  const seen = new Set<string>([root.name]);
  let front: { type: GraphQLObjectType; path: Path }[] = [{ type: root, path: [] }];
  while (front.length > 0) {
    const next: typeof front = [];
    for (const { type, path } of front) {
      for (const field of fieldsOf(type)) {
        const through: Path = [...path, { field, owner: type }];
        if (path.length > 0 && takes(field)) found.push(through);
        const answered = getNamedType(field.type);
        if (!isObjectType(answered) || seen.has(answered.name)) continue;
        seen.add(answered.name);
        next.push({ type: answered, path: through });
      }
    }
    front = next;
  }
  return found;
}

function target(kind: GraphTarget['kind'], path: Path): GraphTarget {
  const last = path.at(-1);
  if (!last) throw new Error('A path has at least one field.');
  const parameters = path.flatMap(({ field }, index) =>
    field.args.map((argument) => ({
      field,
      argument,
      variable: `${argument.name}_${index}`,
      asked: index === path.length - 1,
    })),
  );
  const calls = path.map(({ field }, index) => {
    const given = field.args.map(({ name }) => `${name}: $${name}_${index}`);
    return given.length > 0 ? `${field.name}(${given.join(', ')})` : field.name;
  });
  const declared = parameters.map(({ argument, variable }) => {
    const fallback = argument.defaultValue === undefined ? '' : ` = ${literal(argument.defaultValue, argument.type)}`;
    return `$${variable}: ${argument.type}${fallback}`;
  });
  const body = calls.reduceRight(
    (inner, call) => `{ ${call} ${inner} }`,
    selectionOf(last.field.type, SELECTION_DEPTH),
  );
  const document = `${kind}${declared.length > 0 ? ` (${declared.join(', ')})` : ''} ${body}`;
  const inline = (variables: Record<string, unknown>) =>
    `${kind} ${path.reduceRight(
      (inner, { field }, index) => {
        const given = field.args.flatMap((argument) => {
          const value = variables[`${argument.name}_${index}`];
          return value === undefined ? [] : [`${argument.name}: ${literal(value, argument.type)}`];
        });
        return `{ ${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''} ${inner} }`;
      },
      selectionOf(last.field.type, SELECTION_DEPTH),
    )}`;
  return {
    name: `${last.owner.name}.${last.field.name}`,
    kind,
    answers: getNamedType(last.field.type).name,
    questions: (known) =>
      fc
        .tuple(
          fc.record(
            Object.fromEntries(
              parameters.map(({ field, argument, variable, asked }) => [
                variable,
                argumentValue(argument, known, asked, getNamedType(field.type).name),
              ]),
            ),
          ),
          fc.integer({ min: 0, max: 9 }),
        )
        .map(([values, form]) => {
          const variables = withoutAbsent(values);
          // Written into the document a value is read by other code than one beside it.
          return form === 0 ? { document: inline(variables), variables: {} } : { document, variables };
        }),
  };
}

/** Stands for a value that is not given. */
const ABSENT = Symbol('absent');

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ABSENT));
}

/** @param asked whether the field with this argument is the one under test; on the way there values stay tame */
function argumentValue(argument: GraphQLArgument, known: Known, asked: boolean, answers: string): Arbitrary<unknown> {
  // `id` is that of what the field answers.
  const value = argument.name === 'id' ? oddId(known, answers) : fitting(argument.type, known, argument.name);
  if (!asked) return isRequiredArgument(argument) ? value : fc.constant(ABSENT);
  return maybeAbsent(maybeWrong(value, 12), isRequiredArgument(argument) ? 30 : 3);
}

/** One in `rarity` is not given. */
const maybeAbsent = (value: Arbitrary<unknown>, rarity: number): Arbitrary<unknown> =>
  fc.oneof({ weight: rarity - 1, arbitrary: value }, { weight: 1, arbitrary: fc.constant(ABSENT) });

/** One in `rarity` is anything at all. */
const maybeWrong = (value: Arbitrary<unknown>, rarity: number): Arbitrary<unknown> =>
  fc.oneof({ weight: rarity - 1, arbitrary: value }, { weight: 1, arbitrary: oddJson });

/** Values that fit the type's form, whatever they hold. */
function fitting(type: GraphQLInputType, known: Known, name: string): Arbitrary<unknown> {
  if (isNonNullType(type)) return fitting(type.ofType, known, name);
  if (isListType(type)) return fc.array(maybeWrong(fitting(type.ofType, known, name), 20), { maxLength: 5 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => {
      const value = maybeWrong(fitting(field.type, known, field.name), 25);
      return [field.name, maybeAbsent(value, isRequiredInputField(field) ? 60 : 3)];
    });
    return fc.record(Object.fromEntries(fields)).map(withoutAbsent);
  }
  switch (type.name) {
    case 'ID':
      return oddId(known, name === 'roundId' ? 'Round' : undefined);
    case 'Boolean':
      return fc.boolean();
    case 'Int':
      return fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 10 }) }, { weight: 1, arbitrary: oddNumber });
    case 'Float':
      return oddNumber;
    case 'DateTime':
      return oddInstant;
    case 'JSON':
      return oddJson;
    default:
      return name === 'after' || name === 'before' ? fc.oneof(oddCursor(known), oddString) : oddText(known);
  }
}

/** Every field that needs no argument, to a depth. */
function selectionOf(type: GraphQLField<unknown, unknown>['type'], depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const parts = fieldsOf(named).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    // The way back up, and pages of pages: what they hold is asked elsewhere.
    if (depth <= 1 || field.args.length > 0 || field.name === 'edges') return [];
    return [`${field.name} ${selectionOf(field.type, depth - 1)}`];
  });
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
}

/** Deeper than this the parser's own limit refuses the document anyway. */
const LITERAL_DEPTH = 300;

/** A value as it is written in a document; what has no such form becomes its nearest. */
function literal(value: unknown, type: GraphQLInputType, depth = 0): string {
  if (isNonNullType(type)) return literal(value, type.ofType, depth);
  if (depth > LITERAL_DEPTH) return '0';
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => literal(item, isListType(type) ? type.ofType : type, depth + 1)).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const fields = isInputObjectType(type) ? type.getFields() : undefined;
    const parts = Object.entries(value).flatMap(([key, inner]) =>
      /^[_A-Za-z]\w*$/.test(key) ? [`${key}: ${literal(inner, fields?.[key]?.type ?? type, depth + 1)}`] : [],
    );
    return `{${parts.join(', ')}}`;
  }
  if (typeof value === 'string' && isEnumType(getNamedType(type)) && /^[_A-Za-z]\w*$/.test(value)) return value;
  return JSON.stringify(value);
}
