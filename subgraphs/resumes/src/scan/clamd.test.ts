/** What is made of each answer of a scanner, and of none: against a server that speaks clamd's protocol, rightly or not. */
import { createServer, type Server, type Socket } from 'node:net';
import { createLog } from '@interview/runtime/log';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fileOf } from '../testing/file-bytes.js';
import { clamdScan } from './clamd.js';

/** Takes a whole stream in, as clamd does, and then answers. */
interface Dialogue {
  command: string;
  content: Buffer;
}

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
});

async function listening(connected: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    connected(socket);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('No address.');
  return `tcp://127.0.0.1:${address.port}`;
}

/** A scanner that answers whole streams. */
function answering(answer: string, seen: (dialogue: Dialogue) => void = () => undefined): Promise<string> {
  return listening((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      const dialogue = readStream(received);
      if (!dialogue) return;
      seen(dialogue);
      socket.end(answer);
    });
  });
}

function readStream(received: Buffer): Dialogue | undefined {
  const start = received.indexOf(0) + 1;
  const pieces: Buffer[] = [];
  for (let at = start; start > 0 && at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at);
    if (length === 0) return { command: received.toString('latin1', 0, start), content: Buffer.concat(pieces) };
    pieces.push(received.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

const log = createLog('test', 'silent');
const scan = (url: string, content: Uint8Array = Buffer.from('a resume'), limitMs?: number) =>
  clamdScan({ url, log, ...(limitMs ? { limitMs } : {}) })(fileOf(content));
const UNAVAILABLE = { code: 'SERVICE_UNAVAILABLE', message: expect.stringContaining('malware') };

describe('a scanner that answers', () => {
  test('is sent the whole file in pieces, and lets a clean one through', async () => {
    const dialogues: Dialogue[] = [];
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 253));
    await scan(await answering('stream: OK\0', (dialogue) => dialogues.push(dialogue)), content);
    expect(dialogues.map(({ command }) => command)).toEqual(['zINSTREAM\0']);
    expect(dialogues[0]?.content.equals(content)).toBe(true);
  });

  test('has a file refused in which it finds something, by its name for it', async () => {
    const found = scan(await answering('stream: Win.Test.EICAR_HDB-1 FOUND\0'));
    await expect(found).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: [{ path: 'resume', message: 'holds malware (Win.Test.EICAR_HDB-1)' }],
    });
  });

  test.each([
    'INSTREAM size limit exceeded. ERROR\0',
    'stream: Cannot allocate memory ERROR\0',
    'UNKNOWN COMMAND\0',
    'stream: OK and more\0',
    'PONG\0',
    'stream: OK',
    '\0',
    '',
  ])('%j is no word that a file is clean', async (answer) => {
    await expect(scan(await answering(answer))).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('a scanner that does not answer', () => {
  test('because nobody listens', async () => {
    const url = await listening(() => undefined);
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(scan(url)).rejects.toMatchObject(UNAVAILABLE);
    await expect(scan('unix:/nowhere/clamd.sock')).rejects.toMatchObject(UNAVAILABLE);
  });

  test('because it is too slow', async () => {
    const url = await listening((socket) => socket.resume());
    await expect(scan(url, undefined, 50)).rejects.toMatchObject(UNAVAILABLE);
  });

  test('because it stops reading', async () => {
    const url = await listening((socket) => socket.pause());
    await expect(scan(url, Buffer.alloc(20_000_000), 100)).rejects.toMatchObject(UNAVAILABLE);
  });

  test('because it hangs up in the middle', async () => {
    const url = await listening((socket) => socket.once('data', () => socket.destroy()));
    await expect(scan(url, Buffer.alloc(5_000_000))).rejects.toMatchObject(UNAVAILABLE);
  });

  test('because it talks without end', async () => {
    const url = await listening((socket) => {
      socket.resume();
      socket.write('x'.repeat(10_000));
    });
    await expect(scan(url)).rejects.toMatchObject(UNAVAILABLE);
  });

  test('before it has the file: that is no answer to it', async () => {
    const url = await listening((socket) => {
      socket.pause();
      socket.write('stream: OK\0');
    });
    await expect(scan(url, Buffer.alloc(20_000_000))).rejects.toMatchObject(UNAVAILABLE);
  });

  test('because the file itself cannot be read', async () => {
    const url = await answering('stream: OK\0');
    const broken = { sizeBytes: 5, read: () => Promise.reject(new Error('the store is away')) };
    await expect(clamdScan({ url, log })(broken)).rejects.toMatchObject(UNAVAILABLE);
  });
});
