/** An empty database of a test's own on the server at DATABASE_URL. */
import { randomUUID } from 'node:crypto';
import { DEVELOPMENT_INTERNAL_KEY } from '@interview/runtime/settings';
import { databaseUrl, type SubgraphName } from '@interview/subgraph-kit/database';
import pg from 'pg';
import type { DatabaseSettings } from '../migrations.js';

const name = `test_all_${randomUUID().replaceAll('-', '')}`;

function address(database: string): string {
  const url = new URL(process.env['DATABASE_URL'] ?? 'postgresql://set-DATABASE_URL');
  url.pathname = `/${database}`;
  return url.toString();
}

/** Of its owner. */
export const settings: DatabaseSettings = {
  DATABASE_URL: address(name),
  INTERNAL_API_KEY: process.env['INTERNAL_API_KEY'] || DEVELOPMENT_INTERNAL_KEY,
};

/** The address under which a subgraph's role reaches it. */
export const addressOf = (subgraph: SubgraphName) => databaseUrl(subgraph, settings, {});

/** Runs `use` on a connection of its own. */
export async function connected<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

export const createOwnDatabase = () =>
  connected(address('postgres'), (client) => client.query(`create database ${name}`));
export const dropOwnDatabase = () =>
  connected(address('postgres'), (client) => client.query(`drop database ${name} with (force)`));
