/** The guide's Socket.IO interface on the whole product, through two replicas of the gateway. */
import { randomUUID } from 'node:crypto';
import { insightResult, publish } from '@interview/bench/result-publisher';
import type { Result } from '@interview/schema/messages';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { io, type Socket } from 'socket.io-client';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { must, type Place, roundIn } from './round-fixture.js';
import { type SecondGateway, startSecondGateway } from './second-gateway.js';
import { until } from './until.js';
import { castOf, type ViewerName } from './viewers.js';

const LIMIT_MS = 60_000;
/** The second replica gives those whose connection was lost so long to return. */
const LEAVE_AFTER_MS = 2000;

let stack: OwnStack | undefined;
let redis: Redis | undefined;
let place: Place;
let second: SecondGateway;
const people: Person[] = [];

interface Person {
  socket: Socket;
  /** What was sent to them, in order: the event's name and its message. */
  told: [string, unknown][];
}

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  redis = new Redis(redisUrl);
  second = await startSecondGateway(stack, { LEAVE_AFTER_MS: `${LEAVE_AFTER_MS}` });
}, START_LIMIT_MS);
afterEach(() => {
  for (const { socket } of people.splice(0)) socket.close();
});
afterAll(async () => {
  await second?.kill();
  redis?.disconnect();
  await stack?.stop();
}, LIMIT_MS);

/** Connects as the guide shows it, and joins the round. */
async function enter(url: string, viewer: ViewerName, roundId: string): Promise<Person> {
  const socket = io(url, { auth: { token: place.cast.token(viewer) }, transports: ['websocket'], forceNew: true });
  const person: Person = { socket, told: [] };
  people.push(person);
  socket.onAny((event: string, message: unknown) => person.told.push([event, message]));
  expect(await socket.timeout(10_000).emitWithAck('join-interview', { roundId })).toEqual({ ok: true });
  return person;
}

const namesTo = ({ told }: Person) => new Set(told.map(([event]) => event));
const statusesTo = ({ told }: Person) =>
  told.filter(([event]) => event === 'round-status').map(([, message]) => (message as { status: string }).status);

async function publishAll(results: Result[]): Promise<void> {
  if (!redis) throw new Error('Redis is not there.');
  for (const result of results) await publish(redis, result);
}

describe('an interview over two replicas', () => {
  it(
    'begins when both have joined, and each is told what is theirs to know',
    async () => {
      const id = await roundIn('SCHEDULED', place);
      const interviewer = await enter(place.gatewayUrl, 'assigned interviewer', id);
      const candidate = await enter(second.url, 'assigned candidate', id);
      await until('the interviewer is told of the candidate and the start', async () => {
        const started = statusesTo(interviewer).at(-1) === 'IN_PROGRESS';
        return (started && namesTo(interviewer).has('participant-joined')) || undefined;
      });
      const consent = 'mutation ($id: ID!) { recordConsent(roundId: $id, consent: true) { consent { given } } }';
      await must(place, 'assigned candidate', consent, { id });

      const chunk = { roundId: id, chunk: Buffer.alloc(3200), timestamp: Date.now() };
      for (const { socket } of [candidate, interviewer]) {
        expect(await socket.timeout(10_000).emitWithAck('audio-chunk', chunk)).toEqual({ ok: true });
      }
      const hidden = { roundId: id, visible: false, timestamp: Date.now() };
      expect(await candidate.socket.timeout(10_000).emitWithAck('tab-visibility', hidden)).toEqual({ ok: true });
      expect(await interviewer.socket.timeout(10_000).emitWithAck('tab-visibility', hidden)).toMatchObject({
        error: { code: 'ACCESS_DENIED' },
      });

      // A feed tells nobody when it is open: what is measured is published until it is seen.
      const wanted = ['insight', 'fraud-alert', 'transcript', 'metrics-summary', 'insights-aggregated'];
      await until('the interviewer is sent every event of the guide', async () => {
        await publishAll(measured(id));
        return wanted.every((event) => namesTo(interviewer).has(event)) || undefined;
      });
      const alert = interviewer.told.find(([event]) => event === 'fraud-alert')?.[1];
      expect(alert).toEqual({
        type: 'TAB_SWITCH',
        severity: 'MEDIUM',
        timestamp: 1000,
        message: 'The page was hidden.',
      });
      expect(namesTo(candidate)).toEqual(new Set(['joined-interview', 'participant-joined', 'round-status']));
      // The start and the consent; that the round waited may have passed before the interviewer's feed was open.
      const told = statusesTo(interviewer).filter((status) => status !== 'WAITING_FOR_CANDIDATE');
      expect(told).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    },
    LIMIT_MS,
  );

  it(
    'is left by the candidate whose replica was killed, once the time to return is over',
    async () => {
      const id = await roundIn('SCHEDULED', place);
      const watcher = await enter(place.gatewayUrl, 'HR', id);
      await enter(second.url, 'assigned candidate', id);
      await until(
        'the candidate waits',
        async () => statusesTo(watcher).at(-1) === 'WAITING_FOR_INTERVIEWER' || undefined,
      );
      const killedAtMs = Date.now();
      await second.kill();
      await until('the round is as before', async () => statusesTo(watcher).at(-1) === 'SCHEDULED' || undefined);
      expect(Date.now() - killedAtMs).toBeGreaterThanOrEqual(LEAVE_AFTER_MS);
      expect(statusesTo(watcher).slice(-2)).toEqual(['WAITING_FOR_INTERVIEWER', 'SCHEDULED']);
      await until('the watcher is told', async () => namesTo(watcher).has('participant-left') || undefined);
    },
    LIMIT_MS,
  );
});

/** One result of each kind that the guide's events show. */
function measured(roundId: string): Result[] {
  const now = Date.now();
  const base = { roundId, publishedAtMs: now, capturedAtMs: now };
  return [
    insightResult(roundId, now - 5000),
    {
      ...base,
      id: randomUUID(),
      kind: 'insight',
      service: 'fraud',
      type: 'TAB_SWITCH',
      severity: 'MEDIUM',
      value: { phase: 'START' },
      explanation: 'The page was hidden.',
      source: 'e2e/1',
      timestampMs: 1000,
    },
    {
      ...base,
      id: randomUUID(),
      kind: 'segment',
      service: 'speech',
      speaker: 'CANDIDATE',
      text: 'something said',
      timestampMs: 1000,
      durationMs: 900,
      confidence: 0.9,
      isFinal: true,
    },
    {
      ...base,
      id: randomUUID(),
      kind: 'aggregate',
      service: 'aggregator',
      upTo: { insight: now, segment: now, revision: 0 },
      speech: {
        averageConfidence: 0.9,
        totalHesitations: 0,
        averageResponseTimeMs: null,
        talkRatio: 0.5,
        wordsPerMinute: 120,
      },
      video: { engagementScore: null, eyeContactPercentage: null, headMovement: null },
      fraud: { alertsCount: 1, tabSwitches: 1, multipleFacesDetected: false, faceSwitches: 0, backgroundVoices: 0 },
      recommendations: [],
    },
  ];
}
