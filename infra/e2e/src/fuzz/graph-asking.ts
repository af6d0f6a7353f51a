/** Generated questions over the graph's two transports: who asks, how it is sent, and what is read back. */
import { isDeepStrictEqual } from 'node:util';
import fc, { type Arbitrary } from 'fast-check';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { ViewerName } from '../viewers.js';
import { type Answer, complaintsAbout, isAnswered } from './complaints.js';
import type { FuzzTarget, Judgement } from './fuzz-run.js';
import { ASKERS, type FuzzWorld } from './fuzz-world.js';
import type { GraphQuestion, GraphTarget } from './graph-targets.js';
import type { Known } from './odd-values.js';

type Asked = GraphQuestion & { viewer: ViewerName };

const askedBySomeone = (questions: Arbitrary<GraphQuestion>): Arbitrary<Asked> =>
  fc.tuple(questions, fc.constantFrom(...ASKERS)).map(([question, viewer]) => ({
    viewer,
    variables: question.variables,
    document: question.document,
  }));

/** A query or mutation over HTTP. What a mutation acknowledged is read back. */
export function overHttp(target: GraphTarget, world: FuzzWorld, known: Known): FuzzTarget<Asked> {
  return {
    name: target.name,
    questions: askedBySomeone(target.questions(known)),
    async ask({ viewer, document, variables }) {
      const question = JSON.stringify({ query: document, variables });
      const answer = await post(world, viewer, question);
      const complaints = complaintsAbout(question, answer, world.secrets);
      const answered = isAnswered(answer);
      if (target.kind !== 'mutation' || complaints.length > 0) return { complaints, answered };
      return { complaints: await unreadable(target, world, answer.text), answered };
    },
  };
}

export async function post(world: FuzzWorld, viewer: ViewerName, body: string): Promise<Answer> {
  return timed(async () => {
    const response = await fetch(new URL('/graphql', world.place.gatewayUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.place.cast.token(viewer)}` },
      body,
    });
    return { status: response.status, text: await response.text() };
  });
}

export async function timed(send: () => Promise<Omit<Answer, 'tookMs'>>): Promise<Answer> {
  const startedAt = performance.now();
  const answer = await send();
  return { ...answer, tookMs: performance.now() - startedAt };
}

type Entity = Record<string, unknown> & { id?: unknown };

/** Where an entity that a mutation answered is read again, by HR; `find` gives the entity in the answer. */
const READERS: Record<string, { document: string; find(data: Record<string, unknown>, id: unknown): unknown }> = {
  Round: {
    document: `query ($id: ID!) { round(id: $id) {
      externalInterviewId externalCandidateId externalInterviewerId externalJobRoleId roundNumber roundType
      interviewMode scheduledAt scheduledDurationMinutes createdAt consent { given at } questions { id text askedAt }
    } }`,
    find: (data) => data['round'],
  },
  Erasure: {
    document: 'query ($id: ID!) { erasure(id: $id) { externalCandidateId requestedAt } }',
    find: (data) => data['erasure'],
  },
  Verdict: {
    document: `{ verdicts(first: 500) { nodes {
      id decision overallScore technicalScore communicationScore culturalFitScore strengths weaknesses notes submittedAt
    } } }`,
    find: (data, id) => (data['verdicts'] as { nodes: Entity[] } | null)?.nodes.find((node) => node.id === id),
  },
};

/** Compares what a mutation answered with what is read afterwards. */
async function unreadable(target: GraphTarget, world: FuzzWorld, text: string): Promise<string[]> {
  const reader = READERS[target.answers];
  const { data } = JSON.parse(text) as { data?: Record<string, Entity | null> | null };
  const given = data?.[target.name.split('.')[1] ?? ''];
  if (!reader || !given) return [];
  const answer = await post(world, 'HR', JSON.stringify({ query: reader.document, variables: { id: given.id } }));
  const read = JSON.parse(answer.text) as { data?: Record<string, unknown> | null };
  const found = reader.find(read.data ?? {}, given.id);
  if (typeof found !== 'object' || found === null) return [`what was acknowledged cannot be read: ${answer.text}`];
  return Object.entries(found).flatMap(([key, value]) =>
    key in given && !isDeepStrictEqual(given[key], value)
      ? [`${key} was acknowledged as ${JSON.stringify(given[key])} and is read as ${JSON.stringify(value)}`]
      : [],
  );
}

/** Subscriptions of one asker that share a socket. */
interface Feeds {
  viewer: ViewerName;
  feeds: GraphQuestion[];
}

/** How long a feed may be silent before it counts as one that waits for news. */
const LISTEN_MS = 250;
/** Closings by which the gateway ends a socket that is wrong itself: its messages, their size, their number. */
const RIGHTFUL_CLOSINGS: ReadonlySet<number> = new Set([1000, 1005, 1008, 1009, 1013, 4400, 4403, 4409]);

/** A subscription, several on a socket. */
export function overSocket(target: GraphTarget, world: FuzzWorld, known: Known): FuzzTarget<Feeds> {
  return {
    name: target.name,
    questions: fc.record({
      viewer: fc.constantFrom(...ASKERS),
      feeds: fc.array(target.questions(known), { minLength: 1, maxLength: 20, size: 'max' }),
    }),
    async ask({ viewer, feeds }) {
      const client = connect(world, viewer);
      try {
        const judgements = await Promise.all(feeds.map((feed) => judgeFeed(client, feed, world.secrets)));
        return {
          complaints: judgements.flatMap((judgement) => judgement.complaints),
          answered: judgements.some((judgement) => judgement.answered),
        };
      } finally {
        await client.dispose();
      }
    },
  };
}

function connect(world: FuzzWorld, viewer: ViewerName): Client {
  const url = new URL('/graphql', world.place.gatewayUrl);
  url.protocol = 'ws:';
  return createClient({
    url: url.href,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${world.place.cast.token(viewer)}` },
  });
}

/** Listens to the first things that a feed says; one that says nothing was accepted. */
function judgeFeed(client: Client, feed: GraphQuestion, secrets: readonly string[]): Promise<Judgement> {
  const question = JSON.stringify(feed);
  return new Promise((resolve) => {
    const told: Judgement = { complaints: [], answered: true };
    const judge = (said: unknown) => {
      const answer = { status: 0, text: JSON.stringify(said) ?? '', tookMs: 0 };
      told.complaints.push(...complaintsAbout(question, answer, secrets));
    };
    const listened = setTimeout(() => resolve(told), LISTEN_MS);
    const end = () => {
      clearTimeout(listened);
      resolve(told);
    };
    client.subscribe(
      { query: feed.document, variables: feed.variables },
      {
        next: judge,
        error: (reason) => {
          told.answered = false;
          if (Array.isArray(reason)) judge({ errors: reason });
          else told.complaints.push(...complaintsAboutClosing(reason));
          end();
        },
        complete: end,
      },
    );
  });
}

function complaintsAboutClosing(reason: unknown): string[] {
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  return typeof code === 'number' && RIGHTFUL_CLOSINGS.has(code)
    ? []
    : [`the socket closed: ${String(code ?? reason)}`];
}
