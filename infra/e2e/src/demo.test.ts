/** The demo interview through the whole product: untouched, and with everything killed in its middle. */
import { type DemoLog, playDemo } from '@interview/demo/play-demo';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ANALYSERS, type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';

/** The interview lasts about 46 s; what follows it is bounded by the demo itself. */
const DEMO_LIMIT_MS = 180_000;

let stack: OwnStack | undefined;

async function play(afterStart?: Parameters<typeof playDemo>[0]['afterStart']): Promise<DemoLog & { printed: string }> {
  if (!stack) throw new Error('The stack is not running.');
  const { gatewayUrl, jwtSecret } = stack;
  let printed = '';
  const out = { write: (text: string) => (printed += text) };
  const log = await playDemo({ gatewayUrl, jwtSecret, out, ...(afterStart ? { afterStart } : {}) });
  return { ...log, printed };
}

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, ...ANALYSERS, 'gateway']);
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

describe('the demo interview', () => {
  it(
    'brings the interviewer everything that its media contain',
    async () => {
      const log = await play();
      const { missing, problems, printed, aggregate } = log;
      expect({ missing, problems }).toEqual({ missing: [], problems: [] });
      expect(printed).toContain('Everything that the media contain arrived.');
      expect(aggregate?.fraud).toMatchObject({ multipleFacesDetected: true, tabSwitches: 1 });
      await expectGapless(log);
    },
    DEMO_LIMIT_MS,
  );

  it(
    'loses and repeats nothing when the insights subgraph, Redis and the gateway are killed in its middle',
    async () => {
      const victims = ['insights', 'redis', 'gateway'] as const;
      const log = await play(async (running) => {
        // Far enough apart that each fault meets a product that works again; the first insights have come by then.
        for (const [index, victim] of victims.entries()) {
          await running.at(16_000 + index * 9000);
          stack?.kill(victim, 'SIGKILL');
          await stack?.whenHealthy(victim);
        }
      });
      expect(log.problems).toEqual([]);
      expect(log.delivered).toEqual(log.stored);
      expect(log.missing).toEqual([]);
      await expectGapless(log);
    },
    DEMO_LIMIT_MS,
  );
});

/** The round's insights and segments in the database are numbered 1, 2, 3 … without a gap. */
async function expectGapless({ roundId, stored }: DemoLog): Promise<void> {
  const client = new pg.Client({ connectionString: `${stack?.databaseUrl}` });
  await client.connect();
  try {
    for (const [table, count] of [
      ['live_insights', stored.insights.length],
      ['transcript_segments', stored.segments.length],
    ] as const) {
      const { rows } = await client.query(
        `SELECT sequence::int FROM insights.${table} WHERE round_id = $1 ORDER BY sequence`,
        [roundId],
      );
      const sequences: number[] = rows.map((row: { sequence: number }) => row.sequence);
      expect(sequences).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    }
  } finally {
    await client.end();
  }
}
