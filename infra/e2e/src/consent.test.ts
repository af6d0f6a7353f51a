/** Consent withdrawn while the candidate's media stream: nothing more is taken, and nothing more is measured. */
import { systemClock } from '@interview/demo/clock';
import { loadInterview } from '@interview/demo/interview';
import { MediaRefused, Participant } from '@interview/demo/participant';
import { streamMedia } from '@interview/demo/stream-media';
import { keys } from '@interview/schema/keys';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ANALYSERS, type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { ask } from './raw-graph.js';
import { must, type Place, roundIn } from './round-fixture.js';
import { until } from './until.js';
import { castOf } from './viewers.js';

/** What the product promises from the withdrawal on. */
const STOPS_WITHIN_MS = 1000;

let stack: OwnStack | undefined;
let redis: Redis | undefined;
let place: Place;

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, ...ANALYSERS, 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  redis = new Redis(redisUrl);
}, START_LIMIT_MS);

afterAll(async () => {
  redis?.disconnect();
  await stack?.stop();
}, 60_000);

const LISTED = 'query ($id: ID!) { round(id: $id) { insights(first: 500) { nodes { type createdAt } } } }';
interface Listed {
  round: { insights: { nodes: { type: string; createdAt: string }[] } };
}

async function insightsOf(id: string): Promise<Listed['round']['insights']['nodes']> {
  const { round } = (await must(place, 'HR', LISTED, { id })) as unknown as Listed;
  return round.insights.nodes;
}

async function join(who: 'assigned candidate' | 'assigned interviewer', roundId: string): Promise<Participant> {
  const token = `${place.cast.token(who)}`;
  return Participant.join({ gatewayUrl: place.gatewayUrl, token, roundId, clock: systemClock });
}

const consent = (id: string, given: boolean) =>
  must(
    place,
    'assigned candidate',
    'mutation ($id: ID!, $given: Boolean!) { recordConsent(roundId: $id, consent: $given) { consent { given } } }',
    { id, given },
  );

describe('withdrawing consent while media stream', () => {
  it('refuses every further medium and ends the analysis within a second', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    const [candidate, interviewer] = await Promise.all([
      join('assigned candidate', id),
      join('assigned interviewer', id),
    ]);
    const streaming = streamMedia({
      interview: await loadInterview(),
      candidate,
      interviewer,
      startMs: Date.now(),
      clock: systemClock,
      markQuestion: async () => undefined,
      signal: AbortSignal.timeout(60_000),
    }).then(
      () => 'the whole interview was taken',
      (error: unknown) => error,
    );
    await until('the first insight is stored', async () => (await insightsOf(id))[0], 40_000);

    await consent(id, false);
    const withdrawnAtMs = Date.now();
    const refused = (await streaming) as MediaRefused;
    expect(refused).toMatchObject({ name: 'MediaRefused', code: 'ACCESS_DENIED' });
    expect(Date.now() - withdrawnAtMs).toBeLessThan(STOPS_WITHIN_MS);
    const taken = await lengths(id);
    for (const event of ['audio-chunk', 'video-frame', 'tab-visibility'] as const) {
      await expect(sendOne(candidate, event)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    }
    await until('every worker has let the round go', async () => {
      const leases = await Promise.all(ANALYSERS.map((service) => redis?.exists(keys.lease(service, id))));
      return leases.every((held) => held === 0) || undefined;
    });

    // Nothing was appended after the withdrawal; what was there before may have been read and removed since.
    const left = await lengths(id);
    expect(left.filter((length, index) => length > (taken[index] ?? 0))).toEqual([]);
    const late = (await insightsOf(id)).filter((i) => Date.parse(i.createdAt) > withdrawnAtMs + STOPS_WITHIN_MS);
    expect(late).toEqual([]);
    await Promise.all([candidate.leave(), interviewer.leave()]);
  }, 120_000);

  it('takes media again, and measures them, once consent is given again', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    const candidate = await join('assigned candidate', id);
    await consent(id, false);
    await expect(sendOne(candidate, 'tab-visibility')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await consent(id, true);
    // News of the consent reach the media intake a moment after the consent itself.
    await until('media are taken again', () => sendOne(candidate, 'tab-visibility').catch(stillRefused));
    const tab = await until('the tab switch is measured', async () =>
      (await insightsOf(id)).find((insight) => insight.type === 'TAB_SWITCH'),
    );
    expect(tab.type).toBe('TAB_SWITCH');
    await candidate.leave();
  }, 60_000);
});

describe('media of someone else', () => {
  it('are refused: the interviewer has no camera, and another candidate no place here', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    const interviewer = await join('assigned interviewer', id);
    await expect(sendOne(interviewer, 'video-frame')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await interviewer.leave();
    const token = `${place.cast.token('another candidate')}`;
    await expect(
      Participant.join({ gatewayUrl: place.gatewayUrl, token, roundId: id, clock: systemClock }),
    ).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await lengths(id)).toEqual([0, 0, 0]);
  });

  it('is answered the same over the graph', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    await consent(id, false);
    const report = `mutation ($id: ID!, $at: DateTime!) { reportTabVisibility(roundId: $id, visible: false, timestamp: $at) }`;
    const token = place.cast.token('assigned candidate');
    await expect(ask(place.gatewayUrl, token, report, { id, at: new Date().toISOString() })).resolves.toEqual({
      status: 200,
      data: { reportTabVisibility: false },
      codes: [],
    });
  });
});

/** Entries in the round's media streams. */
async function lengths(id: string): Promise<number[]> {
  return Promise.all([keys.audio(id), keys.video(id), keys.tab(id)].map((key) => redis?.xlen(key) ?? 0));
}

function stillRefused(error: unknown): undefined {
  if (!(error instanceof MediaRefused && error.code === 'ACCESS_DENIED')) throw error;
}

function sendOne(person: Participant, event: 'audio-chunk' | 'video-frame' | 'tab-visibility'): Promise<number> {
  const timestamp = Date.now();
  if (event === 'audio-chunk') return person.send(event, { chunk: Buffer.alloc(8000), timestamp });
  if (event === 'video-frame') return person.send(event, { frame: JPEG, timestamp });
  return person.send(event, { visible: false, timestamp });
}

/** Begins and ends like a picture. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xd9]);
