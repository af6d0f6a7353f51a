/** PostgreSQL and Redis: those that the settings name, else servers of our own on free ports, supervised. */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DebianOptions, isRoot } from './debian.js';
import { MissingError } from './missing.js';
import { freePorts } from './ports.js';
import { answers as postgresAnswers, preparePostgres } from './postgres.js';
import { prepareRedis, answers as redisAnswers } from './redis.js';
import type { Supervisor } from './supervisor.js';

export interface DatabaseOptions extends DebianOptions {
  dataDir: string;
  /** Where `DATABASE_URL` and `REDIS_URL` are looked up; without them own servers are started. */
  given: NodeJS.ProcessEnv;
  supervisor: Supervisor;
}

export interface DatabaseUrls {
  DATABASE_URL: string;
  REDIS_URL: string;
}

/** Resolves when both answer. @throws MissingError when one cannot be had, or a given one does not answer. */
export async function startDatabases(options: DatabaseOptions): Promise<DatabaseUrls> {
  // One after the other takes two ports that are surely different.
  const [postgresPort = 0, redisPort = 0] = await freePorts(2);
  const [DATABASE_URL, REDIS_URL] = await Promise.all([
    options.given['DATABASE_URL']
      ? given('DATABASE_URL', options.given['DATABASE_URL'], postgresAnswers)
      : ownPostgres(options, postgresPort),
    options.given['REDIS_URL']
      ? given('REDIS_URL', options.given['REDIS_URL'], redisAnswers)
      : ownRedis(options, redisPort),
  ]);
  return { DATABASE_URL, REDIS_URL };
}

async function ownPostgres({ dataDir, supervisor, signal }: DatabaseOptions, port: number): Promise<string> {
  const folder = join(dataDir, 'postgres');
  mkdirSync(folder, { recursive: true });
  // For root the server runs as another user, who must get through; what lies in there stays unlisted.
  if (isRoot()) chmodSync(dataDir, statSync(dataDir).mode | 0o011);
  const { program, url } = await preparePostgres(folder, port, signal);
  await supervisor.start(program);
  return url;
}

async function ownRedis(options: DatabaseOptions, port: number): Promise<string> {
  const { program, url } = await prepareRedis(join(options.dataDir, 'redis'), port, options);
  await options.supervisor.start(program);
  return url;
}

async function given(setting: string, url: string, answers: (url: string) => Promise<boolean>): Promise<string> {
  if (!URL.canParse(url)) throw new MissingError(`Wrong settings: ${setting} is not an address.`);
  if (!(await answers(url))) {
    throw new MissingError(
      `Nothing answers at ${new URL(url).host}, which ${setting} names: start it, or unset ${setting}.`,
    );
  }
  return url;
}
