/**
 * `npm run audit`: walks the hash chain of every company's audit log and names each entry that was edited,
 * removed or put in between. Ends with 1 when there is one. Needs DATABASE_URL of the database's owner.
 *
 * It prints the end of each chain as well: who keeps that elsewhere notices even a log that was computed anew.
 */
import { loadSettings } from '@interview/runtime/settings';
import pg from 'pg';

export interface AuditReport {
  broken: { company_id: string; sequence: string; problem: string }[];
  ends: { company_id: string; last_sequence: string; last_hash: string }[];
}

export async function verifyAudit(databaseUrl: string): Promise<AuditReport> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // One snapshot, so that entries written meanwhile are in both or in none.
    await client.query('begin isolation level repeatable read read only');
    const broken = await client.query('select company_id, sequence, problem from audit.broken_links()');
    const ends = await client.query(
      `select company_id, last_sequence, encode(last_hash, 'hex') as last_hash from audit.chains order by company_id`,
    );
    return { broken: broken.rows, ends: ends.rows };
  } finally {
    await client.end();
  }
}

if (process.argv[1] === import.meta.filename) {
  const { broken, ends } = await verifyAudit(loadSettings(['DATABASE_URL']).DATABASE_URL);
  for (const end of ends) console.log(`${end.company_id}: ${end.last_sequence} entries, ending in ${end.last_hash}`);
  for (const link of broken) console.error(`${link.company_id}, entry ${link.sequence}: ${link.problem}`);
  console.log(broken.length === 0 ? 'The audit log is whole.' : `The audit log is broken in ${broken.length} places.`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
