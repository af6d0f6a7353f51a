/**
 * Moves the running feeds to a new graph. Each member's own document is admitted there anew. A group goes on as it is
 * when it would be the same group and its feed is read the same there; otherwise its members join the groups where
 * they belong now, each from the position where it stood. What the new graph does not serve ends, and says why.
 */
import type { Logger } from '@interview/runtime/log';
import { type GraphQLFormattedError, getNamedType, isEnumType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { publicErrorOf } from '../graph/errors.js';
import { type ReadmitFeed, refusalsOf } from './feed-admission.js';
import type { FeedCounts } from './feed-counts.js';
import type { FeedGroup } from './feed-group.js';
import type { FeedMember } from './feed-member.js';
import type { FeedPlan, Variables } from './feed-plan.js';
import { groupKey } from './group-key.js';

export interface FeedMove {
  /** Those that subscribers find, by their key. */
  groups: Map<string, FeedGroup>;
  /** Opens a group that subscribers find. */
  open: (key: string, plan: FeedPlan, variables: Variables) => FeedGroup;
  readmit: ReadmitFeed;
  counts: FeedCounts;
  log: Logger;
}

interface Admitted {
  plan: FeedPlan;
  /** Coerced, with defaults. */
  variables: Variables;
}

interface Refused {
  errors: readonly GraphQLFormattedError[];
}

interface Going extends Admitted {
  member: FeedMember;
  key: string;
}

export function regroup(move: FeedMove): void {
  const before = [...move.groups.values()];
  move.groups.clear();
  const alike = comparedOnce();
  for (const group of before) moveGroup(group, move, alike);
}

/** What a subscriber is told whose feed was refused: by the graph, or by a fault of ours. */
export function refusalOf(error: unknown, log: Logger): readonly GraphQLFormattedError[] {
  try {
    return refusalsOf(error).map((refusal) => refusal.toJSON());
  } catch (fault) {
    return [publicErrorOf(fault, log)];
  }
}

function moveGroup(group: FeedGroup, move: FeedMove, alike: ReadAlike): void {
  // What came before the change was completed for the group as it was, and goes out to it.
  group.handOut();
  const outcomes = new Map<FeedPlan, Admitted | Refused>();
  // Members with the same plan differ only in where they began: the group's key says so.
  const admitted = (plan: FeedPlan, variables: Variables) => {
    const known = outcomes.get(plan);
    if (known) return known;
    const outcome = tried(plan, variables, move);
    outcomes.set(plan, outcome);
    return outcome;
  };

  const going: Going[] = [];
  for (const member of [...group.members]) {
    // Its subgraph has ended the feed: what is left of it is handed out as it was planned.
    if (member.stream?.closing) continue;
    const outcome = admitted(member.plan, member.variables);
    if ('errors' in outcome) {
      move.counts.unserved += 1;
      group.end(member, outcome.errors);
    } else
      going.push({ ...outcome, member, key: groupKey(outcome.plan, outcome.variables, member.subscriber.viewer()) });
  }

  if (going.length === 0) return;
  const own = admitted(group.plan, group.variables);
  const stays =
    !('errors' in own) &&
    !move.groups.has(group.key) &&
    going.every(({ key }) => key === group.key) &&
    alike(group.plan, own.plan);
  if (stays) {
    group.plan = own.plan;
    move.groups.set(group.key, group);
    for (const { member, plan } of going) member.plan = plan;
    return;
  }
  for (const { member, plan, variables, key } of going) {
    // One that went on may have ended another.
    if (member.gone) continue;
    group.release(member);
    member.plan = plan;
    move.counts.moved += 1;
    (move.groups.get(key) ?? move.open(key, plan, variables)).admit(member);
  }
}

function tried(plan: FeedPlan, variables: Variables, { readmit, log }: FeedMove): Admitted | Refused {
  try {
    return readmit(plan, variables);
  } catch (error) {
    return { errors: refusalOf(error, log) };
  }
}

/** Whether a feed is read the same by both plans: opened and completed alike, and of the same types. */
type ReadAlike = (before: FeedPlan, after: FeedPlan) => boolean;

/** Many groups have the same plan. */
function comparedOnce(): ReadAlike {
  const known = new Map<FeedPlan, { after: FeedPlan; alike: boolean }>();
  return (before, after) => {
    const compared = known.get(before);
    if (compared?.after === after) return compared.alike;
    const alike = reading(before) === reading(after);
    known.set(before, { after, alike });
    return alike;
  };
}

function reading({ kind, eventPlan, rootKey, resume, document, graph }: FeedPlan): string {
  const types = new TypeInfo(graph.schema);
  const read: string[] = [];
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const type = types.getType();
        const named = getNamedType(type);
        const values = isEnumType(named) ? named.getValues().map(({ name }) => name) : [];
        read.push(`${types.getParentType()}.${types.getFieldDef()?.name}: ${type} ${values}`);
      },
    }),
  );
  return JSON.stringify([kind, rootKey, resume?.cursorKey, resume?.afterVariable, eventPlan, read]);
}
