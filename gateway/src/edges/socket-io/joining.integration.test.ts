/** Joining, leaving, and what those who are in a round are sent. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CARL, HELEN, INES, InterviewPlace } from '../../testing/interview-place.js';
import { ELSEWHERE } from '../../testing/interview-world.js';
import type { TestGateway } from '../../testing/test-gateway.js';

describe('Socket.IO', () => {
  let place: InterviewPlace;
  let gateway: TestGateway;

  beforeAll(async () => {
    place = await InterviewPlace.open();
    gateway = await place.startGateway({ LEAVE_AFTER_MS: '300' });
  });
  afterEach(() => place.leaveAll());
  afterAll(() => place.close());

  describe('joining', () => {
    it.each([
      ['join-interview', 'leave-interview'],
      ['interview:join', 'interview:leave'],
    ])('by %s joins the round in the graph, and %s undoes it', async (join, leave) => {
      const roundId = randomUUID();
      const carl = await place.connect(gateway, CARL);
      const joined = carl.next('joined-interview');
      expect(await carl.ask(join, { roundId })).toEqual({ ok: true });
      expect(await joined).toEqual({ roundId });
      expect(place.movesOf(roundId)).toEqual(['joinRound carl']);
      expect(await carl.ask(leave)).toEqual({ ok: true });
      expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'leaveRound carl']);
    });

    it('needs no acknowledgement', async () => {
      const roundId = randomUUID();
      const carl = await place.connect(gateway, CARL);
      const joined = carl.next('joined-interview');
      carl.socket.emit('join-interview', { roundId });
      expect(await joined).toEqual({ roundId });
      carl.socket.emit('leave-interview');
      await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound carl'));
    });

    it('of HR joins nothing in the graph, and fails for a round that there is not', async () => {
      const roundId = randomUUID();
      const helen = await place.connect(gateway, HELEN);
      expect(await helen.ask('join-interview', { roundId })).toEqual({ ok: true });
      expect(place.movesOf(roundId)).toEqual([]);
      for (const unknown of [ELSEWHERE, 'r1}:*', '', 'x'.repeat(100_000)]) {
        expect(await helen.ask('join-interview', { roundId: unknown })).toMatchObject({ error: { code: 'NOT_FOUND' } });
      }
    });

    it('that the graph refuses leaves nothing behind', async () => {
      const roundId = randomUUID();
      const ivan = await place.connect(gateway, { id: 'ivan', role: 'EMPLOYEE' });
      const told = ivan.next('error');
      const error = { code: 'ACCESS_DENIED', message: 'Not your round.' };
      expect(await ivan.ask('join-interview', { roundId })).toEqual({ error });
      expect(await told).toEqual({ ...error, event: 'join-interview' });
      expect(await place.redis.keys(`*${roundId}*`)).toEqual([]);
    });

    it('and leaving at once are done in their order', async () => {
      const roundId = randomUUID();
      const carl = await place.connect(gateway, CARL);
      await Promise.all([carl.ask('join-interview', { roundId }), carl.ask('leave-interview')]);
      expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'leaveRound carl']);
    });

    it('is undone for one of several rounds by naming it', async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const carl = await place.connect(gateway, CARL);
      for (const roundId of [one, two]) await carl.ask('join-interview', { roundId });
      expect(await carl.ask('leave-interview', { roundId: one })).toEqual({ ok: true });
      expect([place.movesOf(one), place.movesOf(two)]).toEqual([
        ['joinRound carl', 'leaveRound carl'],
        ['joinRound carl'],
      ]);
    });

    it('is the same round in capitals', async () => {
      const roundId = randomUUID();
      const carl = await place.connect(gateway, CARL);
      const joined = carl.next('joined-interview');
      await carl.ask('join-interview', { roundId: roundId.toUpperCase() });
      expect(await joined).toEqual({ roundId });
    });

    it('is limited to a number of rounds', async () => {
      const carl = await place.connect(gateway, CARL);
      const ids = Array.from({ length: 21 }, () => randomUUID());
      const answers: unknown[] = [];
      for (const roundId of ids) answers.push(await carl.ask('join-interview', { roundId }));
      expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => ({ ok: true })));
      expect(answers[20]).toMatchObject({ error: { code: 'RATE_LIMITED' } });
      expect(await carl.ask('join-interview', { roundId: ids[0] })).toEqual({ ok: true });
    });
  });

  describe('server events', () => {
    it('reach the interviewer in the guide’s form', async () => {
      const roundId = randomUUID();
      const ines = await place.connect(gateway, INES);
      const events = ['insight', 'fraud-alert', 'transcript', 'metrics-summary', 'insights-aggregated'];
      const arriving = Promise.all(events.map((event) => ines.next(event)));
      await ines.ask('join-interview', { roundId });
      await place.untilFed(roundId);
      place.world.log.append(roundId);
      const [insight, alert, transcript, metrics, aggregated] = await arriving;
      const insightSent = {
        roundId,
        timestampMs: expect.any(Number),
        insightType: 'HESITATION',
        severity: 'INFO',
        value: { kind: 'PAUSE', durationMs: 3200 },
        explanation: 'Pause of 3.2 s, threshold 2.0 s',
      };
      expect(insight).toEqual(insightSent);
      expect(alert).toEqual({
        type: 'TAB_SWITCH',
        severity: 'MEDIUM',
        timestamp: 5000,
        message: 'The interview page was hidden',
      });
      expect(transcript).toEqual({
        roundId,
        speaker: 'candidate',
        text: 'Hello',
        timestamp: 1200,
        confidence: 0.9,
        isFinal: true,
      });
      expect(metrics).toEqual({
        roundId,
        speechConfidence: null,
        engagementScore: null,
        hesitationsCount: 5,
        avgResponseTime: 2500,
      });
      expect(aggregated).toMatchObject({ roundId, recommendations: [{ question: 'Why?' }] });
    });

    it('are told once for each insight when the round is joined again', async () => {
      const roundId = randomUUID();
      const ines = await place.connect(gateway, INES);
      await ines.ask('join-interview', { roundId });
      await ines.ask('interview:join', { roundId });
      await place.untilFed(roundId);
      const insights: unknown[] = [];
      ines.socket.on('insight', (insight) => insights.push(insight));
      place.world.log.append(roundId);
      place.world.log.append(roundId);
      await new Promise<void>((resolve) => ines.socket.on('insight', () => insights.length >= 2 && resolve()));
      const times = insights.map((i) => (i as { timestampMs: number }).timestampMs);
      expect(new Set(times).size).toBe(times.length);
    });

    it('tell everybody the status and the consent, and only what has changed', async () => {
      const roundId = await place.putRound();
      place.world.news.change(roundId, 'WAITING_FOR_INTERVIEWER', false);
      const [carl, ines] = [await place.connect(gateway, CARL), await place.connect(gateway, INES)];
      const statuses: unknown[][] = [[], []];
      for (const [i, client] of [carl, ines].entries()) {
        client.socket.on('round-status', (status) => statuses[i]?.push(status));
      }
      const first = Promise.all([carl.next('round-status'), ines.next('round-status')]);
      await carl.ask('join-interview', { roundId });
      await ines.ask('join-interview', { roundId });
      await first;
      place.world.news.change(roundId, 'WAITING_FOR_INTERVIEWER', false);
      place.world.news.change(roundId, 'IN_PROGRESS', true);
      const last = Promise.all(
        [carl, ines].map(
          (client) =>
            new Promise<void>((resolve) =>
              client.socket.on('round-status', ({ status, consentGiven }) => {
                if (status === 'IN_PROGRESS' && consentGiven === false) resolve();
              }),
            ),
        ),
      );
      place.world.news.change(roundId, 'IN_PROGRESS', false);
      await last;
      const expected = [
        { roundId, status: 'WAITING_FOR_INTERVIEWER', consentGiven: false },
        { roundId, status: 'IN_PROGRESS', consentGiven: true },
        { roundId, status: 'IN_PROGRESS', consentGiven: false },
      ];
      expect(statuses).toEqual([expected, expected]);
    });

    it('give the candidate nothing else', async () => {
      const roundId = randomUUID();
      const carl = await place.connect(gateway, CARL);
      const status = carl.next('round-status');
      await carl.ask('join-interview', { roundId });
      await status;
      expect(place.world.insights.opened.filter((o) => o.variables['roundId'] === roundId)).toEqual([]);
    });

    it('end when the connection does', async () => {
      const roundId = randomUUID();
      const ines = await place.connect(gateway, INES);
      const others = place.world.insights.open;
      await ines.ask('join-interview', { roundId });
      await place.untilFed(roundId);
      ines.socket.close();
      await place.world.insights.until(() => place.world.insights.open <= others);
    });

    it('end with one error when the round is taken from the interviewer, who is then no longer in it', async () => {
      const roundId = randomUUID();
      place.world.news.change(roundId, 'IN_PROGRESS', true);
      const ines = await place.connect(gateway, INES);
      const others = place.world.insights.open;
      await ines.ask('join-interview', { roundId });
      await place.untilFed(roundId);
      const errors: unknown[] = [];
      ines.socket.on('error', (error) => errors.push(error));
      const told = ines.next('error');
      place.world.news.refuse(roundId, 'ACCESS_DENIED');
      await told;
      await place.world.insights.until(() => place.world.insights.open <= others);
      await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound ines'));
      expect(errors).toEqual([{ code: 'ACCESS_DENIED', message: 'This round is not yours any more.', roundId }]);
      // Still connected, and free to join again.
      expect(await ines.ask('join-interview', { roundId })).toEqual({ ok: true });
    });

    it('end for HR when the round is erased', async () => {
      const roundId = randomUUID();
      place.world.news.change(roundId, 'IN_PROGRESS', true);
      const helen = await place.connect(gateway, HELEN);
      const told = helen.next('error');
      await helen.ask('join-interview', { roundId });
      await place.untilFed(roundId);
      place.world.news.refuse(roundId, 'NOT_FOUND');
      expect(await told).toEqual({ code: 'NOT_FOUND', message: 'This round is not yours any more.', roundId });
    });
  });

  describe('participants', () => {
    it('are told of each other', async () => {
      const roundId = await place.putRound();
      const [carl, ines] = [await place.connect(gateway, CARL), await place.connect(gateway, INES)];
      await carl.ask('join-interview', { roundId });
      const [toCarl, toInes] = [carl.next('participant-joined'), ines.next('participant-joined')];
      await ines.ask('join-interview', { roundId });
      expect(await toCarl).toEqual({ roundId, participant: 'interviewer' });
      // Who was there already is told to who comes.
      expect(await toInes).toEqual({ roundId, participant: 'candidate' });
      const gone = carl.next('participant-left');
      await ines.ask('leave-interview');
      expect(await gone).toEqual({ roundId, participant: 'interviewer' });
    });
  });
});
