import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { brokenFeedRules } from './feed-rules.js';

const SUPERGRAPH = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const API = readFileSync(new URL('../../../schema/api.graphql', import.meta.url), 'utf8');

const graph = (field: string) => `
  directive @resumable on FIELD_DEFINITION
  directive @startsWithState on FIELD_DEFINITION
  type Event { cursor: String! }
  type Passing { id: ID! cursor: String }
  type Query { event: Event }
  type Subscription { ${field} }`;

describe('the rules of feeds', () => {
  it('hold for the committed supergraph, which marks every field and tells clients nothing of it', () => {
    expect(brokenFeedRules(SUPERGRAPH)).toEqual([]);
    const fields = buildSchema(SUPERGRAPH, { assumeValidSDL: true }).getSubscriptionType()?.getFields() ?? {};
    const marks = (name: string) =>
      fields[name]?.astNode?.directives
        ?.map((directive) => directive.name.value)
        .filter((mark) => !mark.includes('__'));
    expect(Object.fromEntries(Object.keys(fields).map((name) => [name, marks(name)]))).toEqual({
      insightAdded: ['resumable'],
      fraudAlertRaised: ['resumable'],
      transcriptUpdated: ['resumable'],
      aggregateUpdated: ['startsWithState'],
      metricsUpdated: ['startsWithState'],
      roundUpdated: ['startsWithState'],
      verdictSubmitted: ['startsWithState'],
      insightUpdated: [],
      signalReceived: [],
    });
    expect(API).not.toMatch(/resumable|startsWithState/);
  });

  it.each([
    ['nothing where all is in place', 'added(after: String): Event! @resumable', []],
    ['nothing of passing events', 'passed: Passing!', []],
    ['a missing argument', 'added: Event! @resumable', ['added is @resumable without the argument after: String.']],
    [
      'an argument of another type',
      'added(after: Int): Event! @resumable',
      ['added is @resumable, but its argument after is Int and not String.'],
    ],
    [
      'an argument that must be there',
      'added(after: String!): Event! @resumable',
      ['added is @resumable, but its argument after is String! and not String.'],
    ],
    [
      'a cursor that may be missing',
      'added(after: String): Passing! @resumable',
      ['added is @resumable, but Passing! has no field cursor: String!.'],
    ],
    [
      'events in lists',
      'added(after: String): [Event!]! @resumable',
      ['added is @resumable, but [Event!]! has no field cursor: String!.'],
    ],
    [
      'an argument without the mark',
      'added(after: String): Event!',
      ['added has the argument after and is not @resumable.'],
    ],
    [
      'two promises at once',
      'added(after: String): Event! @resumable @startsWithState',
      ['added is @resumable and @startsWithState: either every event counts or only the newest state.'],
    ],
  ])('tell of %s', (_what, field, faults) => {
    expect(brokenFeedRules(graph(field))).toEqual(faults.map((fault) => `Subscription.${fault}`));
  });
});
