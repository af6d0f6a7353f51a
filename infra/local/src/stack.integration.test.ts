import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { localEntry } from './checkout.js';
import { freePort } from './ports.js';
import { end, identify, type ProcessIdentity, waitForEnd } from './process-identity.js';
import type { Service } from './services.js';
import { type StackOptions, startStack } from './stack.js';
import { recordPath } from './stack-record.js';
import { fakeService } from './testing/fake-service.js';

let dataDir: string;
let cleanUps: (() => unknown)[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stack-test-'));
  cleanUps = [() => rmSync(dataDir, { recursive: true, force: true })];
});

afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

/** A stack of fake services with databases of its own, stopped after the test. */
async function start(services: Service[], more: Partial<StackOptions> = {}) {
  // npm test's own databases must not be taken for this stack's.
  const env = { DATABASE_URL: '', REDIS_URL: '' };
  const stack = await startStack({ dataDir, ports: 'free', env, services, migration: null, ...more });
  cleanUps.push(() => stack.stop());
  return stack;
}

/** A stack in a process of its own. @returns that process and the identities of what it started. */
async function startApart(): Promise<{ holder: ChildProcess; started: ProcessIdentity[] }> {
  const holder = spawn(
    process.execPath,
    [localEntry('testing/hold-stack.js'), dataDir, JSON.stringify(fakeService('rounds'))],
    { env: { ...process.env, DATABASE_URL: '', REDIS_URL: '' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  cleanUps.push(() => holder.kill('SIGTERM'));
  const [line] = await once(createInterface({ input: holder.stdout }), 'line');
  const pids: Record<string, number> = JSON.parse(String(line));
  const started = Object.values(pids)
    .map(identify)
    .filter((i): i is ProcessIdentity => i !== undefined);
  expect(Object.keys(pids).toSorted()).toEqual(['postgres', 'redis', 'rounds']);
  expect(started).toHaveLength(3);
  return { holder, started };
}

async function pidAt(url: string | undefined): Promise<number> {
  const body = (await (await fetch(`${url}/health`)).json()) as { pid: number }; // what the fake service answers
  return body.pid;
}

describe('a stack', () => {
  it('starts again whatever is killed, on the same addresses', async () => {
    const stack = await start([fakeService('rounds')]);
    const first = stack.pids();
    for (const name of ['rounds', 'redis', 'postgres']) {
      const before = performance.now();
      stack.kill(name);
      await stack.whenHealthy(name);
      expect(performance.now() - before).toBeLessThan(5000);
    }
    const second = stack.pids();
    expect(Object.keys(second).toSorted()).toEqual(Object.keys(first).toSorted());
    for (const name of Object.keys(first)) expect(second[name]).not.toBe(first[name]);
    expect(await pidAt(stack.urls['rounds'])).toBe(second['rounds']);
  });

  it('loses no committed row when PostgreSQL is killed', async () => {
    const stack = await start([]);
    const connect = async () => {
      const client = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
      client.on('error', () => undefined); // the kill
      await client.connect();
      return client;
    };
    const before = await connect();
    await before.query('CREATE TABLE kept (id int)');
    await before.query('INSERT INTO kept VALUES (1)');
    stack.kill('postgres');
    await stack.whenHealthy('postgres');
    const after = await connect();
    expect((await after.query('SELECT id FROM kept')).rows).toEqual([{ id: 1 }]);
    await after.end();
    await before.end().catch(() => undefined); // its server is gone
  });

  it('leaves no process, no record and no pid file when stopped', async () => {
    const stack = await start([fakeService('rounds'), fakeService('gateway')]);
    const started = Object.values(stack.pids()).map((pid) => identify(pid));
    expect(started).toHaveLength(4);
    await stack.stop();
    expect(started.filter((i) => i && identify(i.pid)?.startedAt === i.startedAt)).toEqual([]);
    expect(existsSync(recordPath(dataDir))).toBe(false);
    expect(readdirSync(join(dataDir, 'postgres/data'))).not.toContain('postmaster.pid');
    expect(readdirSync(join(dataDir, 'redis'))).not.toContain('redis.pid');
  });

  it('ends what runs beside it when stopped', async () => {
    const stack = await start([]);
    const endless = fakeService('demo');
    const code = stack.run('demo', endless.entry);
    await stack.stop();
    expect([0, 1]).toContain(await code);
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start([]);
    const client = new pg.Client({ connectionString: first.env['DATABASE_URL'] });
    await client.connect();
    await client.query('CREATE TABLE kept (id int)');
    await client.end();
    await first.stop();
    const second = await start([]);
    const again = new pg.Client({ connectionString: second.env['DATABASE_URL'] });
    await again.connect();
    expect((await again.query('SELECT * FROM kept')).rows).toEqual([]);
    await again.end();
  });

  it('says in one line why a service does not start, and stops the rest', async () => {
    await expect(start([fakeService('rounds'), fakeService('nlp', 'fails')])).rejects.toThrow(
      /^nlp does not start \(exit code 1\): could not start: Wrong settings: FAKE is required\. See .*nlp\.log\.$/,
    );
    expect(existsSync(recordPath(dataDir))).toBe(false);
  });

  it('names the port that is taken and its setting', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    cleanUps.push(() => other.close());
    const starting = start([fakeService('rounds')], { ports: 'settings', env: { ROUNDS_PORT: String(port) } });
    await expect(starting).rejects.toThrow(`port ${port} (rounds, setting ROUNDS_PORT)`);
  });

  it('refuses a data folder in which another runs', async () => {
    await start([]);
    await expect(startStack({ dataDir, ports: 'free', services: [], migration: null })).rejects.toThrow(
      `It runs already (process ${process.pid}`,
    );
  });

  it('names a database that is given and does not answer', async () => {
    const port = await freePort();
    const env = { DATABASE_URL: `postgresql://a@127.0.0.1:${port}/a`, REDIS_URL: '' };
    await expect(start([], { env })).rejects.toThrow(`Nothing answers at 127.0.0.1:${port}, which DATABASE_URL names`);
  });
});

describe('a supervisor that is killed', () => {
  it('takes everything with it, the databases too', async () => {
    const { holder, started } = await startApart();
    holder.kill('SIGKILL');
    expect(await waitForEnd(started, 20_000)).toBe(true);
  });

  it('leaves a data folder that starts again, even when nothing could clean up', async () => {
    const { holder, started } = await startApart();
    const { guardian }: { guardian: ProcessIdentity } = JSON.parse(readFileSync(recordPath(dataDir), 'utf8'));
    // Stopped, so that it starts no second guardian in between.
    holder.kill('SIGSTOP');
    process.kill(guardian.pid, 'SIGKILL');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const stack = await start([fakeService('rounds')]);
    expect(await waitForEnd(started, 0)).toBe(true);
    await stack.stop();
    await end(started, 'SIGKILL', 0);
  });

  it('is stopped in order by SIGTERM', async () => {
    const { holder, started } = await startApart();
    holder.kill('SIGTERM');
    expect(await once(holder, 'exit')).toEqual([0, null]);
    expect(await waitForEnd(started, 0)).toBe(true);
    expect(existsSync(recordPath(dataDir))).toBe(false);
  });
});
