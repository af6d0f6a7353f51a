/**
 * What a feed keeps for who was away. Directives on the supergraph's subscription fields say it:
 *
 * - `@resumable`: every event counts and has a cursor; a feed goes on after any cursor (argument `after`).
 * - `@startsWithState`: begins with the present state; a state that was overtaken may be skipped.
 * - neither: events that pass; whoever comes hears what comes from then on.
 */
import { type GraphQLField, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';

export type FeedKind = 'resumable' | 'state' | 'passing';

const RESUMABLE = 'resumable';
const STARTS_WITH_STATE = 'startsWithState';

/**
 * The kinds of all subscription fields, by name.
 * @throws Error that names each field whose directives it does not live up to
 */
export function readFeedKinds(supergraphSchema: GraphQLSchema): ReadonlyMap<string, FeedKind> {
  const fields = Object.values(supergraphSchema.getSubscriptionType()?.getFields() ?? {});
  const problems = fields.flatMap(problemsOf);
  if (problems.length > 0)
    throw new Error(`The supergraph's feeds contradict their directives: ${problems.join('; ')}.`);
  return new Map(fields.map((field) => [field.name, kindOf(field)]));
}

function kindOf(field: GraphQLField<unknown, unknown>): FeedKind {
  if (hasDirective(field, RESUMABLE)) return 'resumable';
  return hasDirective(field, STARTS_WITH_STATE) ? 'state' : 'passing';
}

function problemsOf(field: GraphQLField<unknown, unknown>): string[] {
  if (!hasDirective(field, RESUMABLE)) return [];
  const type = getNamedType(field.type);
  const after = field.args.find(({ name }) => name === 'after');
  const cursor = isObjectType(type) ? type.getFields()['cursor'] : undefined;
  const place = `Subscription.${field.name} is @${RESUMABLE}`;
  return [
    ...(after && String(after.type) === 'String' ? [] : [`${place} and has no argument "after: String"`]),
    ...(cursor && String(cursor.type) === 'String!'
      ? []
      : [`${place} and ${type.name} has no field "cursor: String!"`]),
    ...(hasDirective(field, STARTS_WITH_STATE) ? [`${place} and @${STARTS_WITH_STATE}, which exclude each other`] : []),
  ];
}

function hasDirective({ astNode }: GraphQLField<unknown, unknown>, name: string): boolean {
  return astNode?.directives?.some((directive) => directive.name.value === name) ?? false;
}
