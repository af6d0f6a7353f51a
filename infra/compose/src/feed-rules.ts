/**
 * Holds the supergraph's subscription fields to what their directives promise (`feed-directives.ts` of the
 * subgraphs' kit): the gateway resumes a feed by them and must not find the argument or the cursor missing.
 */
import { buildSchema, type GraphQLField, isObjectType } from 'graphql';

type SubscriptionField = GraphQLField<unknown, unknown>;

/** Sentences, each naming a field that breaks a rule and how; each one fails the build. */
export function brokenFeedRules(supergraphSdl: string): string[] {
  // The composed document carries directives whose arguments only a gateway understands.
  const schema = buildSchema(supergraphSdl, { assumeValidSDL: true });
  return Object.values(schema.getSubscriptionType()?.getFields() ?? {}).flatMap(faultsOf);
}

function faultsOf(field: SubscriptionField): string[] {
  const place = `Subscription.${field.name}`;
  const resumable = bears(field, 'resumable');
  const after = field.args.find(({ name }) => name === 'after');
  const faults: string[] = [];
  if (resumable && bears(field, 'startsWithState')) {
    faults.push(`${place} is @resumable and @startsWithState: either every event counts or only the newest state.`);
  }
  if (resumable && !after) faults.push(`${place} is @resumable without the argument after: String.`);
  if (resumable && after && String(after.type) !== 'String') {
    faults.push(`${place} is @resumable, but its argument after is ${after.type} and not String.`);
  }
  if (resumable && cursorType(field) !== 'String!') {
    faults.push(`${place} is @resumable, but ${field.type} has no field cursor: String!.`);
  }
  if (after && !resumable) faults.push(`${place} has the argument after and is not @resumable.`);
  return faults;
}

const bears = (field: SubscriptionField, directive: string): boolean =>
  field.astNode?.directives?.some(({ name }) => name.value === directive) ?? false;

/** Of the events themselves: a list of them, or what may be null, has no cursor to go on from. */
function cursorType({ type }: SubscriptionField): string | undefined {
  const event = 'ofType' in type ? type.ofType : type;
  return isObjectType(event) ? event.getFields()['cursor']?.type.toString() : undefined;
}
