/** Who enters a round's room, when, and that what opens it is kept nowhere. */
import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roundsDatabase } from '../database.js';
import { openRoundsWith } from '../graph.js';
import { anInput, codeOf, interviewsIn, type People, people, UPDATE } from '../testing/interviews.js';
import { createP2pRooms } from './p2p.rooms.js';
import { startVideoSdkServer, type VideoSdkServer } from './testing/videosdk-server.js';
import { type VideoProviders, videoProviders } from './video-providers.js';
import { createVideoSdkRooms } from './videosdk.rooms.js';

interface MeetingNode {
  provider: string;
  id: string;
  token: string;
  expiresAt: string;
}
const MEETING = 'meeting { provider id token expiresAt }';

let world: SubgraphWorld;
let vendor: VideoSdkServer;
let providers: VideoProviders;
const logged: string[] = [];
const { ask, create, inProgress } = interviewsIn(() => world);

beforeAll(async () => {
  vendor = await startVideoSdkServer();
  providers = videoProviders(createVideoSdkRooms(vendor), [createP2pRooms('key')]);
  const log = createLog('test', 'trace', { write: (line) => void logged.push(line) });
  world = await openSubgraphWorld({
    database: roundsDatabase,
    open: (foundation) =>
      openRoundsWith(
        { ...foundation, log },
        {
          get current() {
            return providers.current;
          },
          of: (provider) => providers.of(provider),
        },
      ),
  });
});
afterAll(async () => {
  await world.close();
  await vendor.close();
});

const meetingOf = (viewer: Viewer, id: string): Promise<GraphAnswer> =>
  world.graph(viewer, `query ($id: ID!) { round(id: $id) { ${MEETING} } }`, { id });
async function enter(viewer: Viewer, id: string) {
  const { meeting } = await ask<{ meeting: MeetingNode }>(viewer, `{ round(id: "${id}") { ${MEETING} } }`);
  return { meeting, comesIn: await vendor.door(meeting.token, meeting.id) };
}
const admin = (who: People) => aViewer('ADMIN', { companyId: who.hr.companyId });

describe('the meeting of a round', () => {
  it('lets each of its people in as what they are', async () => {
    const who = people();
    const { id } = await create(who);
    const expected = [
      [who.candidate, 'ASKS'],
      [who.interviewer, 'MODERATES'],
      [who.hr, 'ENTERS'],
      [admin(who), 'ENTERS'],
    ] as const;
    for (const [viewer, entry] of expected) {
      const { meeting, comesIn } = await enter(viewer, id);
      expect(comesIn).toEqual({ person: viewer.id, entry });
      expect(meeting.provider).toBe('videosdk');
      const ttl = Date.parse(meeting.expiresAt) - Date.now();
      expect(ttl).toBeGreaterThan(14 * 60_000);
      expect(ttl).toBeLessThanOrEqual(15 * 60_000);
    }
  });

  it('lets the candidate in at once where nobody is there to let them in', async () => {
    const who = people();
    const { id } = await create(who, { interviewMode: 'AI_CONDUCTED', externalInterviewerId: null });
    expect((await enter(who.candidate, id)).comesIn.entry).toBe('ENTERS');
  });

  it('comes with the answer of createRound, for the one who creates', async () => {
    const who = people();
    const { meeting } = await ask<{ meeting: MeetingNode }>(
      who.hr,
      `mutation ($input: CreateRoundInput!) { createRound(input: $input) { ${MEETING} } }`,
      { input: anInput(who) },
    );
    expect(await vendor.door(meeting.token, meeting.id)).toEqual({ person: who.hr.id, entry: 'ENTERS' });
  });

  it.each([
    ['another candidate of the company', 'CANDIDATE'],
    ['another interviewer of the company', 'EMPLOYEE'],
  ] as const)('is refused to %s', async (_who, role) => {
    const who = people();
    const { id } = await create(who);
    const other = aViewer(role, { companyId: who.hr.companyId });
    expect(await codeOf(meetingOf(other, id))).toEqual({ code: 'ACCESS_DENIED' });
  });

  it.each(['CANDIDATE', 'EMPLOYEE', 'HR', 'ADMIN'] as const)(
    'does not exist for a %s of another company',
    async (role) => {
      const who = people();
      const { id } = await create(who);
      const namesakes = { CANDIDATE: who.candidate.id, EMPLOYEE: who.interviewer.id, HR: who.hr.id, ADMIN: who.hr.id };
      expect(await meetingOf(aViewer(role, { id: namesakes[role] }), id)).toEqual({ data: { round: null } });
    },
  );

  it.each(['COMPLETED', 'CANCELLED', 'NO_SHOW'])('is null for everybody once the round is %s', async (status) => {
    const who = people();
    const { id } = await create(who);
    await world.sql('update rounds.interview_rounds set status = ?::rounds.round_status where id = ?', [status, id]);
    for (const viewer of [who.candidate, who.interviewer, who.hr, admin(who)]) {
      expect(await meetingOf(viewer, id)).toEqual({ data: { round: { meeting: null } } });
    }
  });

  it('is there in each state before the end', async () => {
    const who = people();
    const { id } = await create(who);
    for (const status of ['SCHEDULED', 'WAITING_FOR_CANDIDATE', 'WAITING_FOR_INTERVIEWER', 'IN_PROGRESS']) {
      await world.sql('update rounds.interview_rounds set status = ?::rounds.round_status where id = ?', [status, id]);
      await enter(who.candidate, id);
    }
  });

  it('passes to the new interviewer with the round', async () => {
    const who = people();
    const { id } = await create(who);
    const next = aViewer('EMPLOYEE', { companyId: who.hr.companyId });
    await ask(who.hr, UPDATE, { id, input: { externalInterviewerId: next.id } });
    expect((await enter(next, id)).comesIn.entry).toBe('MODERATES');
    expect(await codeOf(meetingOf(who.interviewer, id))).toEqual({ code: 'ACCESS_DENIED' });
  });

  it('is each subscriber’s own in a feed', async () => {
    const who = people();
    const { id } = await create(who);
    const query = `subscription ($id: ID!) { roundUpdated(roundId: $id) { ${MEETING} } }`;
    for (const viewer of [who.candidate, who.interviewer]) {
      const feed = world.subscribe(viewer, query, { id });
      const { value } = await feed.next();
      const round = (value as GraphAnswer).data?.['roundUpdated'] as { meeting: MeetingNode };
      expect((await vendor.door(round.meeting.token, round.meeting.id)).person).toBe(viewer.id);
      await feed.return?.();
    }
  });

  it('stays with the provider it was made at when new rounds get another', async () => {
    const who = people();
    const { id } = await create(who);
    const both = providers;
    providers = videoProviders(createP2pRooms('key'), [both.of('videosdk')]);
    try {
      expect((await enter(who.candidate, id)).meeting.provider).toBe('videosdk');
      const planned = await create(who, { externalInterviewId: randomUUID() });
      const { meeting } = await ask<{ meeting: MeetingNode }>(who.hr, `{ round(id: "${planned.id}") { ${MEETING} } }`);
      expect(meeting).toMatchObject({ provider: 'p2p', id: `p2p-${planned.id}` });
      providers = videoProviders(createP2pRooms('key'));
      const answer = await world.graph(who.hr, `{ round(id: "${id}") { id ${MEETING} } }`);
      expect(answer.data).toEqual({ round: { id, meeting: null } });
      expect(answer.errors?.[0]).toMatchObject({
        path: ['round', 'meeting'],
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      });
    } finally {
      providers = both;
    }
  });
});

describe('a token', () => {
  it('is marked in the graph as each viewer’s own, for whoever would share answers', () => {
    expect(world.sdl).toMatch(/meeting: Meeting @tag\(name: "per-viewer"\)/);
    expect(world.sdl).toMatch(/token: String! @tag\(name: "per-viewer"\)/);
  });

  it('is in no table and in no line of the log', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const seen = [...vendor.tokens];
    for (const viewer of [who.candidate, who.interviewer, who.hr]) seen.push((await enter(viewer, id)).meeting.token);
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    const tables = await world.sql<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('rounds', 'audit', 'public')",
    );
    expect(tables.map((table) => table.name)).toContain('rounds.interview_rounds');
    const rows: string[] = [];
    for (const { name } of tables) {
      const found = await world.sql<{ row: string }>(`select t::text as row from ${name} t`);
      rows.push(...found.map(({ row }) => row));
    }
    // What is searched is really there: the round's id is.
    expect(rows.join('\n')).toContain(id);
    expect(seen.length).toBeGreaterThan(3);
    for (const token of [...seen, vendor.secret]) {
      const signature = token.split('.').at(-1) ?? token;
      expect(rows.join('\n')).not.toContain(signature);
      expect(logged.join('\n')).not.toContain(signature);
    }
    const [{ n } = { n: -1 }] = await world.sql<{ n: number }>(
      'select count(*)::int as n from rounds.interview_rounds where videosdk_token is not null',
    );
    expect(n).toBe(0);
  });

  it('cannot be stored at all', async () => {
    const { id } = await create(people());
    await expect(
      world.sql("update rounds.interview_rounds set videosdk_token = 'x' where id = ?", [id]),
    ).rejects.toThrow('videosdk_token');
  });
});
