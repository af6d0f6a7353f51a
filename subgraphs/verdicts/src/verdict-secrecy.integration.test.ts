/** Private notes stay where they are written: nothing of them in the audit log or in a log line, whatever fails. */
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { anInput, aRound, codes, submit, useVerdictsWorld, world } from './testing/verdicts-world.js';

useVerdictsWorld();

const SECRET = 'asks for a raise';
const NOTES = { notes: `openly ${SECRET}`, privateNotes: `quietly ${SECRET}`, strengths: [SECRET] };

/** What the subgraph's log would have written, at its most talkative. */
const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  const readable = createLog('test', 'trace', { write: (line) => void lines.push(line) });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    // Every overload hands on what it was given.
    jest.spyOn(world.foundation.log, level).mockImplementation(readable[level].bind(readable) as never);
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** What PostgreSQL does with an insert of a verdict, in PL/pgSQL. */
async function whenInserted(action: string, run: () => Promise<void>): Promise<void> {
  await world.sql(`create or replace function verdicts.fault() returns trigger language plpgsql security definer as $$
    begin ${action}; return new; end $$`);
  await world.sql(
    'create trigger fault before insert on verdicts.interview_verdicts for each row execute function verdicts.fault()',
  );
  try {
    await run();
  } finally {
    await world.sql('drop trigger fault on verdicts.interview_verdicts');
  }
}

describe('a verdict', () => {
  test('is audited by ids and codes alone', async () => {
    const { round, people } = await aRound();
    const answer = await submit(people.interviewer, anInput(round.id, NOTES));
    const verdict = answer.data?.['submitVerdict'] as { id: string };
    const entries = (await world.audited()).filter((entry) => entry.round_id === round.id);
    expect(entries).toEqual([
      {
        action: 'VERDICT_SUBMITTED',
        actor_id: people.interviewer.id,
        round_id: round.id,
        detail: { verdictId: verdict.id, decision: 'ADVANCE' },
      },
    ]);
    expect(lines.join('')).not.toContain(SECRET);
  });

  test('that is refused leaves no entry', async () => {
    const { round, people } = await aRound();
    await submit(people.interviewer, anInput(round.id, NOTES));
    expect(codes(await submit(people.hr, anInput(round.id, NOTES)))).toEqual(['CONFLICT']);
    expect((await world.audited()).filter((entry) => entry.round_id === round.id)).toHaveLength(1);
    expect(lines.join('')).not.toContain(SECRET);
  });

  test.each([
    ['is refused with the row in the message', `raise exception 'no place for %', new.private_notes`],
    ['is refused by a rule of the table', `new.overall_score := 99`],
    ['ends with the connection', `perform pg_terminate_backend(pg_backend_pid())`],
    ['meets a bad conversion', `perform new.private_notes::int`],
  ])('whose storing %s is not repeated in the log or in the answer', async (_name, action) => {
    const { round, people } = await aRound();
    await whenInserted(action, async () => {
      const answer = await submit(people.hr, anInput(round.id, NOTES));
      expect(codes(answer)).toEqual(['INTERNAL_ERROR']);
      expect(JSON.stringify(answer)).not.toContain(SECRET);
    });
    expect(lines).not.toEqual([]);
    expect(lines.join('')).not.toContain(SECRET);
    expect((await world.audited()).filter((entry) => entry.round_id === round.id)).toEqual([]);
  });
});
