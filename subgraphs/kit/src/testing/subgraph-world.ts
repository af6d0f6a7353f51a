/**
 * A subgraph as the gateway meets it, for integration tests: its real migrations under its real login role in
 * a database of the test's own, its real server on a free port, asked with signed viewers.
 *
 * Of the rounds subgraph there is what it grants to the others: `interview_rounds (id)` to refer to and the
 * view `round_access`, which a test may fill as it likes (`addRound`). The rounds subgraph itself is tested on its
 * own tables instead.
 */
import { randomUUID } from 'node:crypto';
import { healthReport } from '@interview/runtime/health';
import { createLog } from '@interview/runtime/log';
import { connectRedis, redisReady } from '@interview/runtime/redis';
import { DEVELOPMENT_INTERNAL_KEY } from '@interview/runtime/settings';
import { createStopper } from '@interview/runtime/stop';
import { INTERNAL_KEY_HEADER, signViewer, VIEWER_HEADER, type Viewer } from '@interview/runtime/viewer';
import { channels } from '@interview/schema/keys';
import { MikroORM } from '@mikro-orm/postgresql';
import { type Client, createClient } from 'graphql-ws';
import { auditSchema } from '../audit/audit-schema.js';
import { databaseUrl, openDatabase, roleName, rolePassword, type SubgraphName } from '../database.js';
import { buildFederatedSchema } from '../federation.js';
import { createTopics } from '../feeds/topics.js';
import type { RoundAccess } from '../round-access.js';
import { startSubgraphServer } from '../server.js';
import type { Foundation, Subgraph } from '../start-subgraph.js';

export interface GraphAnswer {
  data: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string; details?: unknown } }[];
}

export interface SubgraphWorld {
  foundation: Foundation;
  sdl: string;
  /** Writes a round as rounds would show it: in progress, with consent, unless `round` says otherwise. */
  addRound(round?: Partial<RoundAccess>): Promise<RoundAccess>;
  changeRound(id: string, change: { status?: string; interviewerId?: string }): Promise<void>;
  /** Orders the erasure of a round's candidate, as rounds would show it; resolves when this subgraph has confirmed. */
  erase(round: RoundAccess): Promise<void>;
  /** The audit log, oldest entry first. */
  audited(): Promise<{ action: string; actor_id: string; round_id: string | null; detail: Record<string, unknown> }[]>;
  /** As the superuser, past the subgraph's own rights. */
  sql<T extends object>(statement: string, parameters?: readonly unknown[]): Promise<T[]>;
  /** Runs the statement as the superuser and keeps what it locked; resolves with what lets go. */
  hold(statement: string): Promise<() => Promise<void>>;
  graph(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<GraphAnswer>;
  /** A request to one of the subgraph's own routes; `viewer` null sends none. */
  request(path: string, viewer: Viewer | null, init?: RequestInit): Promise<Response>;
  /** The headers that `request` sends, for tests that speak HTTP themselves. */
  headers(viewer: Viewer | null): Record<string, string>;
  port: number;
  subscribe(viewer: Viewer, query: string, variables?: Record<string, unknown>): AsyncIterableIterator<GraphAnswer>;
  close(): Promise<void>;
}

/** Someone of a company of the test's own, with a token for an hour. */
export function aViewer(role: Viewer['role'], of: Partial<Viewer> = {}): Viewer {
  return {
    id: `${role.toLowerCase()}-${randomUUID()}`,
    email: null,
    role,
    companyId: `company-${randomUUID()}`,
    expiresAt: Math.floor(Date.now() / 1000) + 3600,
    ...of,
  };
}

/** Roles belong to the whole server, and their passwords come from this key: every test must use the same. */
const INTERNAL_KEY = process.env['INTERNAL_API_KEY'] || DEVELOPMENT_INTERNAL_KEY;

/** Needs DATABASE_URL of a superuser and REDIS_URL. */
export async function openSubgraphWorld(subgraph: Pick<Subgraph, 'database' | 'open'>): Promise<SubgraphWorld> {
  const { name } = subgraph.database;
  const log = createLog(`test:${name}`, process.env['LOG_LEVEL'] ?? 'fatal');
  const stopper = createStopper(log);
  const maintenance = new URL(requiredEnv('DATABASE_URL'));
  maintenance.pathname = '/postgres';
  const server = await connectAsSuperuser(maintenance.toString());
  const database = `test_${name}_${randomUUID().replaceAll('-', '')}`;
  // Migrations grant rights to the others' roles.
  for (const role of SUBGRAPH_NAMES) await ensureRole(server, role);
  await server.em.fork().execute(`create database ${database}`);
  stopper.onStop('database', async () => {
    await server.em.fork().execute(`drop database ${database} with (force)`);
    await server.close(true);
  });

  const address = new URL(requiredEnv('DATABASE_URL'));
  address.pathname = `/${database}`;
  const superuser = await connectAsSuperuser(address.toString());
  stopper.onStop('superuser', () => superuser.close(true));
  const sql = async <T extends object>(statement: string, parameters: readonly unknown[] = []): Promise<T[]> =>
    superuser.em.fork().execute(statement, [...parameters]);
  await sql(`create schema ${name} authorization ${roleName(name)}`);
  await createAuditLog(sql, name);
  if (name !== 'rounds') await grantRounds(sql, name);

  const url = databaseUrl(name, { DATABASE_URL: address.toString(), INTERNAL_API_KEY: INTERNAL_KEY }, {});
  const orm = await openDatabase(subgraph.database, url);
  stopper.onStop('orm', () => orm.close(true));
  await orm.migrator.up();

  const redisUrl = requiredEnv('REDIS_URL');
  const redis = connectRedis(redisUrl, 'commands', log);
  const subscriber = connectRedis(redisUrl, 'subscriber', log);
  stopper.onStop('redis', () => {
    redis.disconnect();
    subscriber.disconnect();
  });
  await Promise.all([redisReady(redis), redisReady(subscriber)]);
  const topics = createTopics(redis, subscriber, log);
  stopper.onStop('topics', () => topics.close());

  const foundation: Foundation = { orm, topics, redis, redisUrl, port: 0, internalKey: INTERNAL_KEY, log, stopper };
  const { routes, ...graph } = await subgraph.open(foundation);
  const { schema, sdl } = await buildFederatedSchema(graph);
  const subgraphServer = await startSubgraphServer({
    schema,
    orm,
    internalKey: INTERNAL_KEY,
    host: '127.0.0.1',
    port: 0,
    log,
    health: () => healthReport({ database: () => orm.em.fork().execute('select 1') }),
    ...(routes ? { routes } : {}),
  });
  stopper.onStop('server', () => subgraphServer.close());
  const origin = `127.0.0.1:${subgraphServer.port}`;

  const headers = (viewer: Viewer | null): Record<string, string> => ({
    [INTERNAL_KEY_HEADER]: INTERNAL_KEY,
    ...(viewer ? { [VIEWER_HEADER]: signViewer(viewer, INTERNAL_KEY) } : {}),
  });
  const request: SubgraphWorld['request'] = (path, viewer, init = {}) =>
    fetch(`http://${origin}${path}`, {
      ...init,
      headers: { ...headers(viewer), ...Object.fromEntries(new Headers(init.headers)) },
    });

  let client: Client | undefined;
  stopper.onStop('client', () => client?.dispose());

  return {
    foundation,
    sdl,
    sql,
    request,
    headers,
    port: subgraphServer.port,
    async addRound(given = {}) {
      const round: RoundAccess = {
        id: randomUUID(),
        companyId: `company-${randomUUID()}`,
        candidateId: `candidate-${randomUUID()}`,
        interviewerId: `interviewer-${randomUUID()}`,
        status: 'IN_PROGRESS',
        mode: 'HUMAN_AI_ASSISTED',
        consentGiven: true,
        startedAtMs: 1_790_000_000_000,
        ...given,
      };
      await sql('insert into rounds.interview_rounds values (?, ?, ?, ?, ?, ?, ?, ?)', [
        round.id,
        round.companyId,
        round.candidateId,
        round.interviewerId,
        round.status,
        round.mode,
        round.consentGiven,
        round.startedAtMs,
      ]);
      return round;
    },
    async changeRound(id, { status, interviewerId }) {
      await sql(
        'update rounds.interview_rounds set status = coalesce(?, status), interviewer_id = coalesce(?, interviewer_id) where id = ?',
        [status ?? null, interviewerId ?? null, id],
      );
    },
    async erase(round) {
      await sql('insert into rounds.pending values (?, ?, ?, array[?::uuid])', [
        randomUUID(),
        round.companyId,
        round.candidateId,
        round.id,
      ]);
      const { promise: announced, resolve } = Promise.withResolvers<void>();
      const isErased = async () => (await sql('select 1 from rounds.erased where round_id = ?', [round.id])).length > 0;
      const look = async () => {
        if (await isErased()) resolve();
      };
      const stopListening = await topics.listen(channels.erasures, { onMessage: look, onDoubt: look });
      await topics.publish(channels.erasures, {});
      await announced;
      // Left listening, it would still ask the database when the world is closed.
      stopListening();
    },
    audited: () => sql('select action, actor_id, round_id, detail from audit.events order by company_id, sequence'),
    async hold(statement) {
      const held = Promise.withResolvers<void>();
      const letGo = Promise.withResolvers<void>();
      const holding = superuser.em.fork().transactional(async (tx) => {
        await tx.execute(statement);
        held.resolve();
        await letGo.promise;
      });
      await Promise.race([held.promise, holding]);
      return () => {
        letGo.resolve();
        return holding;
      };
    },
    async graph(viewer, query, variables = {}) {
      const response = await request('/graphql', viewer, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphAnswer;
    },
    subscribe(viewer, query, variables = {}) {
      client ??= createClient({ url: `ws://${origin}/graphql`, connectionParams: { internalKey: INTERNAL_KEY } });
      // What the server sends in `next` is a GraphAnswer; graphql-ws knows it as an ExecutionResult.
      return client.iterate({
        query,
        variables,
        extensions: { viewer: signViewer(viewer, INTERNAL_KEY) },
      }) as unknown as AsyncIterableIterator<GraphAnswer>;
    },
    close: () => stopper.stop(),
  };
}

function requiredEnv(name: 'DATABASE_URL' | 'REDIS_URL'): string {
  const value = process.env[name];
  if (!value) throw new Error(`This test needs ${name}: run it with npm test.`);
  return value;
}

const connectAsSuperuser = (clientUrl: string) =>
  MikroORM.init({ clientUrl, entities: [], discovery: { warnWhenNoEntities: false }, pool: { min: 0, max: 2 } });

const SUBGRAPH_NAMES: readonly SubgraphName[] = ['rounds', 'resumes', 'insights', 'verdicts'];

/** The lock under which `infra/database` creates roles too, in the same database. */
const ROLES_LOCK = 0x726f6c65;

/** A role belongs to the whole server: several tests may want to create it at the same moment. */
async function ensureRole(server: MikroORM, name: SubgraphName): Promise<void> {
  const role = roleName(name);
  const password = rolePassword(name, INTERNAL_KEY);
  await server.em.fork().transactional(async (em) => {
    await em.execute('select pg_advisory_xact_lock(?)', [ROLES_LOCK]);
    const known = await em.execute('select 1 from pg_roles where rolname = ?', [role]);
    if (known.length === 0) await em.execute(`create role ${role} login password '${password}'`);
  });
}

/** The real one, for this subgraph alone. */
async function createAuditLog(sql: SubgraphWorld['sql'], name: SubgraphName): Promise<void> {
  const role = roleName(name);
  for (const statement of auditSchema({ writers: [role], readers: [role] })) await sql(statement);
}

async function grantRounds(sql: SubgraphWorld['sql'], name: SubgraphName): Promise<void> {
  await sql('create schema rounds');
  await sql(`create table rounds.interview_rounds (
    id uuid primary key, company_id varchar(255) not null, candidate_id varchar(255) not null, interviewer_id varchar(255),
    status text not null, mode text not null, consent_given boolean not null, started_at_ms double precision)`);
  await sql('create table rounds.erased (round_id uuid primary key)');
  await sql('create table rounds.pending (id uuid primary key, company_id text, candidate_id text, round_ids uuid[])');
  await sql(`create view rounds.erased_rounds as
    select round_id from rounds.erased union select unnest(round_ids) from rounds.pending`);
  await sql(`create view rounds.round_access as
    select * from rounds.interview_rounds where id not in (select round_id from rounds.erased_rounds)`);
  await sql(`create view rounds.pending_erasures as
    select id, company_id, candidate_id, now() as requested_at, round_ids, '${name}' as subgraph from rounds.pending`);
  await sql(`create function rounds.confirm_erasure(erasure uuid, by_subgraph text) returns void
    language sql security definer set search_path = pg_catalog as $$
      with done as (delete from rounds.pending where id = erasure and by_subgraph = '${name}' returning round_ids)
      insert into rounds.erased select unnest(round_ids) from done $$`);
  await sql(`grant usage on schema rounds to ${roleName(name)}`);
  await sql(`grant references (id) on rounds.interview_rounds to ${roleName(name)}`);
  await sql(`grant select on rounds.round_access, rounds.erased_rounds, rounds.pending_erasures to ${roleName(name)}`);
}
