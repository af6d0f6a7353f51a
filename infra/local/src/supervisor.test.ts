import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Guard } from './guard.js';
import { createSupervisor, type Program, type Supervisor } from './supervisor.js';

const noGuard: Guard = {
  watch: () => undefined,
  forget: () => undefined,
  identity: () => undefined,
  release: async () => undefined,
};

let folder: string;
let supervisor: Supervisor;
let lines: string[];
let pauses: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
  lines = [];
  pauses = [];
  supervisor = createSupervisor({
    logFolder: folder,
    guard: noGuard,
    report: (line) => lines.push(line),
    pauseMs: (failures) => {
      pauses.push(failures);
      return 1;
    },
  });
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A program in one line of JavaScript; it counts as healthy at once unless told otherwise. */
const aProgram = (name: string, code: string, changes: Partial<Program> = {}): Program => ({
  name,
  command: process.execPath,
  args: ['--eval', code],
  env: process.env,
  cwd: folder,
  channel: false,
  stopSignal: 'SIGTERM',
  stopTurn: 0,
  healthy: async () => true,
  ...changes,
});

const FOREVER = 'setInterval(() => undefined, 1000)';

describe('a supervisor', () => {
  it('starts a killed process again and says so', async () => {
    await supervisor.start(aProgram('rounds', FOREVER));
    const before = supervisor.pids()['rounds'];
    supervisor.kill('rounds', 'SIGKILL');
    await supervisor.whenHealthy('rounds');
    expect(supervisor.pids()['rounds']).not.toBe(before);
    expect(lines).toEqual(['rounds ended (SIGKILL) and is started again', 'rounds is back']);
  });

  it('waits longer after each start that does not succeed, and gives up at the third', async () => {
    const failing = aProgram('rounds', 'console.error("no such table"); process.exit(3)', {
      healthy: async () => false,
    });
    await expect(supervisor.start(failing)).rejects.toThrow(/^rounds does not start \(exit code 3\): no such table\./);
    expect(pauses).toEqual([1, 2]);
  });

  it('says that a program cannot be found', async () => {
    const missing = aProgram('redis', '', { command: '/nowhere/redis-server', healthy: async () => false });
    await expect(supervisor.start(missing)).rejects.toThrow('ENOENT');
  });

  it('gives up on a process that does not become healthy in time', async () => {
    const slow = createSupervisor({ logFolder: folder, guard: noGuard, report: () => undefined, startLimitMs: 50 });
    const waiting = slow.start(aProgram('slow', FOREVER, { healthy: async () => false }));
    await expect(waiting).rejects.toThrow('slow was not healthy after 0.05 s');
    await slow.stop();
    expect(slow.pids()).toEqual({});
  });

  it('stops a lower turn before a higher one', async () => {
    // Each notes its end; the one of the lower turn takes its time.
    const notes = join(folder, 'notes');
    const noted = (name: string, stopTurn: number, tookMs: number) => {
      const note = `require('node:fs').appendFileSync(${JSON.stringify(notes)}, '${name}\\n')`;
      const code = `process.on('SIGTERM', () => setTimeout(() => { ${note}; process.exit(); }, ${tookMs})); ${FOREVER};
        require('node:fs').writeFileSync('${name}.up', '')`;
      return aProgram(name, code, { stopTurn, healthy: async () => existsSync(join(folder, `${name}.up`)) });
    };
    await supervisor.start(noted('postgres', 2, 0));
    await supervisor.start(noted('gateway', 0, 100));
    await supervisor.stop();
    expect(readFileSync(notes, 'utf8')).toBe('gateway\npostgres\n');
  });

  it('starts nothing any more once it stops', async () => {
    await supervisor.stop();
    await expect(supervisor.start(aProgram('late', FOREVER))).rejects.toThrow('everything is stopping');
  });
});
