/** The audit log in the whole database: what each role may, and that the check finds every way to change the past. */
import { randomUUID } from 'node:crypto';
import type { SubgraphName } from '@interview/subgraph-kit/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from './migrations.js';
import { addressOf, connected, createOwnDatabase, dropOwnDatabase, settings } from './testing/own-database.js';
import { verifyAudit } from './verify-audit.js';

const run = (url: string, statements: readonly string[]) =>
  connected(url, async (client) => {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  });
const owner = (...statements: string[]) => run(settings.DATABASE_URL, statements);
const subgraph = (which: SubgraphName, ...statements: string[]) => run(addressOf(which), statements);

const append = (company: string, ...actions: string[]) => {
  const entries = actions.map((action) => ({
    ...{ company_id: company, actor_id: 'hr', actor_role: 'HR', action, round_id: null, detail: { to: 'CANCELLED' } },
  }));
  return `select audit.append('${JSON.stringify(entries)}'::jsonb)`;
};

beforeAll(async () => {
  await createOwnDatabase();
  await migrate(settings);
});
afterAll(dropOwnDatabase);

describe('the audit log', () => {
  it.each(['rounds', 'resumes', 'insights', 'verdicts'] as const)(
    'takes entries of %s and lets it change none',
    async (who) => {
      await subgraph(who, append(`acme-${who}`, 'A', 'B'));
      for (const statement of [
        'update audit.events set action = action',
        'delete from audit.events',
        'truncate audit.events',
        'update audit.chains set last_sequence = 0',
        `insert into audit.events (company_id) values ('x')`,
        'alter table audit.events disable trigger append_only',
        'drop function audit.append(jsonb)',
      ]) {
        await expect(subgraph(who, statement)).rejects.toMatchObject({ code: '42501' });
      }
      const reading = subgraph(who, 'select action from audit.events');
      if (who === 'rounds') await reading;
      else await expect(reading).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('numbers and chains what many write at once, each company by itself', async () => {
    const companies = ['one', 'two'];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => subgraph('rounds', append(companies[i % 2] ?? '', 'A', 'B'))),
    );
    const { broken, ends } = await verifyAudit(settings.DATABASE_URL);
    expect(broken).toEqual([]);
    for (const company_id of companies)
      expect(ends).toContainEqual(expect.objectContaining({ company_id, last_sequence: '20' }));
  });

  it('is there if and only if the transaction is', async () => {
    await subgraph('rounds', 'begin', append('undone', 'A'), 'rollback');
    expect(await owner(`select 1 from audit.events where company_id = 'undone'`)).toEqual([]);
  });

  it('refuses even its owner, by accident', async () => {
    await expect(owner('delete from audit.events')).rejects.toThrow('append-only');
    await expect(owner(`update audit.events set action = 'X'`)).rejects.toThrow('append-only');
  });

  const UNGUARDED = 'alter table audit.events disable trigger append_only';
  it.each([
    ['an edited entry', `update audit.events set detail = '{"to":"COMPLETED"}' where sequence = 2 and company_id = $c`],
    [
      'an entry with another time',
      `update audit.events set at = at - interval '1 us' where sequence = 2 and company_id = $c`,
    ],
    ['an entry with another actor', `update audit.events set actor_role = null where sequence = 2 and company_id = $c`],
    ['a removed entry', `delete from audit.events where sequence = 2 and company_id = $c`],
    ['a removed last entry', `delete from audit.events where sequence = 3 and company_id = $c`],
    ['a removed first entry', `delete from audit.events where sequence = 1 and company_id = $c`],
    ['a removed log', `delete from audit.events where company_id = $c`],
    [
      'an edited entry with a hash that fits it',
      `update audit.events e set action = 'X', hash = audit.hash_of(row(e.id, e.company_id, e.sequence, e.at, e.actor_id,
         e.actor_role, 'X', e.round_id, e.detail, e.previous_hash, e.hash)::audit.events) where sequence = 2 and company_id = $c`,
    ],
    [
      'two entries in each other’s place',
      `update audit.events set sequence = 5 - sequence + 1000 where sequence in (2, 3) and company_id = $c;
       update audit.events set sequence = sequence - 1000 where sequence > 1000 and company_id = $c`,
    ],
  ])('shows %s', async (_what, statement) => {
    const company = `company-${randomUUID()}`;
    await subgraph('rounds', append(company, 'A', 'B', 'C'));
    expect((await verifyAudit(settings.DATABASE_URL)).broken.filter((link) => link.company_id === company)).toEqual([]);
    await owner(UNGUARDED, statement.replaceAll('$c', `'${company}'`), UNGUARDED.replace('disable', 'enable'));
    const { broken } = await verifyAudit(settings.DATABASE_URL);
    expect(broken.filter((link) => link.company_id === company)).not.toEqual([]);
  });
});
