/** The same against the real daemon, with a signature of this test's own: skipped where it is not on the machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { createLog } from '@interview/runtime/log';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileOf } from '../testing/file-bytes.js';
import { pdf } from '../testing/pdf-file.js';
import { docx } from '../testing/zip-file.js';
import { clamdScan } from './clamd.js';

const binary = process.env['CLAMD_BINARY'];
const MARKER = 'the text that the signature of this test describes';

/** What clamd says last before it takes connections. */
const READY = /^Self checking/;

let folder: string;
let daemon: ChildProcess;
let port: number;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('No address.');
  return address.port;
}

async function startDaemon(command: string): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'clamd-'));
  for (const name of ['signatures', 'spool']) await mkdir(join(folder, name));
  const hex = Buffer.from(MARKER).toString('hex');
  await writeFile(join(folder, 'signatures/own.ndb'), `Test.Resume.Marker:0:*:${hex}\n`);
  port = await freePort();
  const settings = [
    'Foreground yes',
    `TCPSocket ${port}`,
    'TCPAddr 127.0.0.1',
    `LocalSocket ${join(folder, 'clamd.sock')}`,
    `DatabaseDirectory ${join(folder, 'signatures')}`,
    `TemporaryDirectory ${join(folder, 'spool')}`,
    'StreamMaxLength 1M',
  ];
  await writeFile(join(folder, 'clamd.conf'), `${settings.join('\n')}\n`);
  daemon = spawn(command, [`--config-file=${join(folder, 'clamd.conf')}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  const hear = (line: string) => {
    said.push(line);
    if (READY.test(line)) daemon.emit('ready');
  };
  for (const stream of [daemon.stdout, daemon.stderr]) if (stream) createInterface(stream).on('line', hear);
  const ended = once(daemon, 'exit').then(() => Promise.reject(new Error(`clamd ended: ${said.join('\n')}`)));
  await Promise.race([once(daemon, 'ready'), ended]);
  ended.catch(() => undefined);
}

(binary ? describe : describe.skip)(`ClamAV's daemon${binary ? '' : ' (skipped: CLAMD_BINARY is not set)'}`, () => {
  beforeAll(() => startDaemon(binary ?? ''));
  afterAll(async () => {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
    await rm(folder, { recursive: true, force: true });
  });

  const addresses = { tcp: () => `tcp://127.0.0.1:${port}`, unix: () => `unix:${join(folder, 'clamd.sock')}` };

  test.each(['tcp', 'unix'] as const)(
    'over %s lets a clean resume through and finds the marked one, packed or not',
    async (way) => {
      const scan = clamdScan({ url: addresses[way](), log: createLog('test', 'silent') });
      await scan(fileOf(pdf()));
      await scan(fileOf(docx()));
      const marked = { name: 'word/document.xml', content: `<a>${MARKER}</a>` };
      for (const bytes of [pdf({ content: MARKER }), docx([marked])]) {
        await expect(scan(fileOf(bytes))).rejects.toMatchObject({
          code: 'VALIDATION_FAILED',
          details: [{ path: 'resume', message: expect.stringContaining('Test.Resume.Marker') }],
        });
      }
    },
  );

  test('that takes less than a file is long has it refused as unscanned', async () => {
    const scan = clamdScan({ url: addresses.tcp(), log: createLog('test', 'silent') });
    await expect(scan(fileOf(Buffer.alloc(2_000_000)))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  test('keeps nothing of what it scanned', async () => {
    // It removes what it was sent a moment after it has answered.
    while ((await readdir(join(folder, 'spool'))).length > 0) await setImmediate();
  });
});
