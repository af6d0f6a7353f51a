/** A tiny interview product for the gateway's tests: three subgraphs, and a log of insights that outlives kills. */
import { EventEmitter } from 'node:events';
import { composeServices } from '@apollo/composition';
import { GraphQLError } from 'graphql';
import { RoundNews, type ToldRound } from './round-news.js';
import { type TestContext, TestSubgraph } from './test-subgraph.js';

/** A round that the test world does not have. */
export const ELSEWHERE = '00000000-0000-4000-8000-0000000e15e0';

interface TestInsight {
  id: string;
  roundId: string;
  sequence: number;
  explanation?: string | undefined;
}

/** What a database would hold. */
export class InsightLog extends EventEmitter {
  readonly insights: TestInsight[] = [];
  /** Rounds that somebody follows, in the order in which they began. */
  readonly followed: string[] = [];

  append(roundId: string, explanation?: string): TestInsight {
    const sequence = this.insights.length + 1;
    const insight = { id: `insight-${sequence}`, roundId, sequence, explanation };
    this.insights.push(insight);
    this.emit('appended');
    return insight;
  }
}

/** Everything of a round after `after`, then what comes. A plain iterator, so that leaving is immediate. */
export function insightsAfter(log: InsightLog, roundId: string, after: number) {
  let position = after;
  let wake: (() => void) | undefined;
  let over = false;
  let failed = false;
  const onAppended = () => wake?.();
  const onAccident = () => {
    failed = true;
    wake?.();
  };
  log.on('appended', onAppended);
  log.followed.push(roundId);
  log.on('accident', onAccident);
  const done = { done: true as const, value: undefined };
  return {
    async next(): Promise<IteratorResult<{ insightAdded: TestInsight }, undefined>> {
      while (!over) {
        if (failed) throw new Error('The database went away.');
        const next = log.insights.find((i) => i.roundId === roundId && i.sequence > position);
        if (next) {
          position = next.sequence;
          return { done: false, value: { insightAdded: next } };
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return done;
    },
    async return(): Promise<IteratorResult<{ insightAdded: TestInsight }, undefined>> {
      over = true;
      log.off('appended', onAppended);
      log.off('accident', onAccident);
      wake?.();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const refuse = (code: string, message: string, more: Record<string, unknown> = {}) =>
  new GraphQLError(message, { extensions: { code, ...more } });

/** A feed of one event. */
const once = (field: string, event: unknown) => ({
  subscribe: async function* () {
    yield { [field]: event };
  },
});

export interface InterviewWorld {
  rounds: TestSubgraph;
  resumes: TestSubgraph;
  insights: TestSubgraph;
  log: InsightLog;
  /** Changes of rounds, as `roundUpdated` tells them. */
  news: RoundNews;
  supergraphSdl: string;
  /** Mutations that the rounds subgraph carried out, e.g. `joinRound r1 carl`. */
  moves: string[];
  onMove: EventEmitter;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createInterviewWorld(): InterviewWorld {
  const log = new InsightLog();
  const news = new RoundNews();
  const moves: string[] = [];
  const onMove = new EventEmitter();
  const move =
    (name: string) =>
    (_: unknown, { id }: { id: string }, { viewer }: TestContext) => {
      if (id === ELSEWHERE) throw refuse('NOT_FOUND', 'The round was not found.');
      if (viewer.id === 'ivan') throw refuse('ACCESS_DENIED', 'Not your round.');
      moves.push(`${name} ${id} ${viewer.id}`);
      onMove.emit('move');
      return { id };
    };

  const rounds = new TestSubgraph(
    'rounds',
    `
    scalar DateTime
    type Viewer { id: ID! role: String! }
    type Consent { given: Boolean! }
    type Round @key(fields: "id") { id: ID! status: String! consent: Consent! secret: String }
    input RoundInput { number: Int! name: String! }
    input Width { width: Int }
    type Probe { id: ID! self: Probe measured(w: Width): Int }
    type Query {
      viewer: Viewer
      round(id: ID!): Round
      rounds(updatedAfter: DateTime): [Round!]
      broken: String
      probe: Probe
    }
    type Mutation { createRound(input: RoundInput!): Round! joinRound(id: ID!): Round! leaveRound(id: ID!): Round! }
    type Subscription { roundUpdated(roundId: ID!): Round! @startsWithState probed: Probe! }
    `,
    {
      Query: {
        viewer: (_: unknown, __: unknown, { viewer }: TestContext) => viewer,
        round: (_: unknown, { id }: { id: string }) => (id === ELSEWHERE ? null : { id }),
        rounds: () => [{ id: 'r1' }, { id: 'r2' }],
        broken: () => {
          throw new Error('connect ECONNREFUSED 10.0.0.1:5432 in SELECT * FROM secrets');
        },
      },
      Mutation: {
        createRound: (_: unknown, { input }: { input: { number: number } }) => {
          if (input.number < 1) {
            const details = [{ path: 'input.number', message: 'must be at least 1' }];
            throw refuse('VALIDATION_FAILED', 'The input is not valid.', { details, host: '10.0.0.1' });
          }
          return { id: `r${input.number}` };
        },
        joinRound: move('joinRound'),
        leaveRound: move('leaveRound'),
      },
      Round: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        status: ({ id, status }: Partial<ToldRound>) => status ?? `status of ${id}`,
        consent: ({ consent }: Partial<ToldRound>) => consent ?? { given: false },
        secret: () => {
          throw refuse('ACCESS_DENIED', 'Not for you.');
        },
      },
      Subscription: {
        roundUpdated: {
          subscribe: (_: unknown, { roundId }: { roundId: string }) => news.follow(roundId),
        },
      },
    },
  );

  const resumes = new TestSubgraph(
    'resumes',
    `
    type Resume { fileName: String! }
    type Round @key(fields: "id") { id: ID! resume: Resume }
    type Query { resumesReady: Boolean }
    `,
    {
      Round: { resume: ({ id }: { id: string }) => ({ fileName: `${id}.pdf` }) },
      Query: { resumesReady: () => true },
    },
  );

  const insights = new TestSubgraph(
    'insights',
    `
    scalar DateTime
    scalar JSON
    type Insight @key(fields: "id") {
      id: ID!
      round: Round
      cursor: String!
      measure(unit: String): String!
      timestampMs: Float!
      type: String!
      severity: String!
      value: JSON!
      explanation: String!
    }
    type Round @key(fields: "id") { id: ID! aggregate: String }
    type Alert { type: String! severity: String! timestampMs: Float! message: String! }
    type Segment { speaker: String! text: String! timestampMs: Float! confidence: Float isFinal: Boolean! }
    type Metrics {
      speechConfidence: Float
      engagementScore: Float
      hesitationsCount: Int!
      averageResponseTimeMs: Float
    }
    type FollowUp { category: String! question: String! reason: String! }
    type Aggregate { recommendations: [FollowUp!]! }
    type Query { insight(id: ID!): Insight }
    type Mutation { reportTabVisibility(roundId: ID!, visible: Boolean!, timestamp: DateTime!): Boolean! }
    type Subscription {
      insightAdded(roundId: ID!, after: String): Insight! @resumable
      fraudAlertRaised(roundId: ID!): Alert!
      transcriptUpdated(roundId: ID!): Segment!
      metricsUpdated(roundId: ID!): Metrics! @startsWithState
      aggregateUpdated(roundId: ID!): Aggregate! @startsWithState
    }
    `,
    {
      Query: { insight: (_: unknown, { id }: { id: string }) => log.insights.find((i) => i.id === id) ?? null },
      Mutation: {
        reportTabVisibility: (_: unknown, args: { roundId: string; visible: boolean }, { viewer }: TestContext) => {
          moves.push(`reportTabVisibility ${args.roundId} ${args.visible} ${viewer.id}`);
          return !args.roundId.startsWith('00000000');
        },
      },
      Insight: {
        cursor: ({ sequence }: TestInsight) => String(sequence),
        round: ({ roundId }: TestInsight) => ({ __typename: 'Round', id: roundId }),
        measure: (_: TestInsight, { unit }: { unit?: string }) => `measured in ${unit}`,
        timestampMs: ({ sequence }: TestInsight) => sequence * 1000,
        type: () => 'HESITATION',
        severity: () => 'INFO',
        value: () => ({ kind: 'PAUSE', durationMs: 3200 }),
        explanation: ({ explanation }: TestInsight) => explanation ?? 'Pause of 3.2 s, threshold 2.0 s',
      },
      Round: { aggregate: ({ id }: { id: string }) => `aggregate of ${id}` },
      Subscription: {
        insightAdded: {
          subscribe: (_: unknown, { roundId, after }: { roundId: string; after?: string }, context: TestContext) => {
            if (roundId === 'broken') throw new Error('SELECT * FROM insights failed');
            if (roundId === 'denied') throw refuse('ACCESS_DENIED', 'Not your round.');
            if (after === 'gone') throw refuse('CURSOR_EXPIRED', 'Start anew.');
            const start = after === undefined || after === null ? log.insights.length : Number(after);
            context.position = String(start);
            return insightsAfter(log, roundId, start);
          },
        },
        fraudAlertRaised: once('fraudAlertRaised', {
          type: 'TAB_SWITCH',
          severity: 'MEDIUM',
          timestampMs: 5000,
          message: 'The interview page was hidden',
        }),
        transcriptUpdated: once('transcriptUpdated', {
          speaker: 'CANDIDATE',
          text: 'Hello',
          timestampMs: 1200,
          confidence: 0.9,
          isFinal: true,
        }),
        metricsUpdated: once('metricsUpdated', { hesitationsCount: 5, averageResponseTimeMs: 2500 }),
        // Once there is an insight of the round, so that a test sees what is between two of these.
        aggregateUpdated: {
          subscribe: async function* (_: unknown, { roundId }: { roundId: string }) {
            const insights = insightsAfter(log, roundId, 0);
            await insights.next();
            await insights.return();
            yield {
              aggregateUpdated: { recommendations: [{ category: 'follow_up', question: 'Why?', reason: 'A pause' }] },
            };
          },
        },
      },
    },
  );

  const all = [rounds, resumes, insights];
  const composed = composeServices(all.map(({ name, typeDefs }) => ({ name, typeDefs, url: 'http://127.0.0.1' })));
  if (composed.errors) throw new Error(composed.errors.map(String).join('\n'));
  return {
    rounds,
    resumes,
    insights,
    log,
    news,
    supergraphSdl: composed.supergraphSdl,
    moves,
    onMove,
    start: async () => void (await Promise.all(all.map((s) => s.start()))),
    stop: async () => void (await Promise.all(all.map((s) => s.kill()))),
  };
}
