/**
 * ClamAV's daemon as the malware scanner: the command INSTREAM of its protocol (clamd(8)). The file is sent in pieces,
 * each behind its length, and ends with a length of zero; clamd answers one line and closes the connection.
 */
import { connect, type Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { type MalwareScan, malwareFound } from './malware-scan.js';

export interface ClamdOptions {
  /** `tcp://host:port` or `unix:/path`. */
  url: string;
  log: Logger;
  /** For the whole scan; the client of the upload waits meanwhile. */
  limitMs?: number;
}

const LIMIT_MS = 30_000;
/** An answer is one short line; whatever goes on is none. */
const MAX_ANSWER_BYTES = 4096;

export function clamdScan({ url, log, limitMs = LIMIT_MS }: ClamdOptions): MalwareScan {
  const address = addressOf(url);
  return async (file) => {
    let answer: string;
    try {
      answer = await ask(address, await file.read(), AbortSignal.timeout(limitMs));
    } catch (error) {
      log.error({ err: error }, 'the malware scanner gave no answer');
      throw unavailable();
    }
    if (answer === 'stream: OK') return;
    const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
    if (found !== undefined) {
      log.warn({ found, sizeBytes: file.sizeBytes }, 'an upload with malware was refused');
      throw malwareFound(found);
    }
    const hint = /size limit exceeded/i.test(answer) ? "; clamd's StreamMaxLength must be above RESUME_MAX_BYTES" : '';
    log.error({ answer }, `the malware scanner could not scan${hint}`);
    throw unavailable();
  };
}

const unavailable = () =>
  new AppError('SERVICE_UNAVAILABLE', 'Files cannot be checked for malware at this moment; none is taken unchecked.');

type Address = { path: string } | { host: string; port: number };

function addressOf(url: string): Address {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length).replace(/^\/{2,}/, '/') };
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** @returns clamd's answer without its end mark. */
async function ask(address: Address, bytes: AsyncIterable<Uint8Array>, limit: AbortSignal): Promise<string> {
  const socket = connect(address);
  const stop = () => socket.destroy(new Error('clamd took too long.'));
  limit.addEventListener('abort', stop, { once: true });
  let wholeIsSent = false;
  try {
    send(socket, bytes).then(
      () => {
        wholeIsSent = true;
      },
      // The answer is then none, for this reason.
      (error: Error) => socket.destroy(error),
    );
    const answer = await readAnswer(socket);
    if (!wholeIsSent && !/ (FOUND|ERROR)$/.test(answer)) throw new Error('clamd answered before it had the file.');
    return answer;
  } finally {
    limit.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function send(socket: Socket, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const gone = finished(socket, { readable: false });
  gone.catch(() => undefined);
  const write = async (piece: Uint8Array) => {
    if (!socket.writable) throw new Error('clamd closed the connection.');
    if (!socket.write(piece)) await Promise.race([drained(socket), gone]);
  };
  await write(Buffer.from('zINSTREAM\0'));
  for await (const piece of bytes) {
    if (piece.length === 0) continue;
    await write(lengthOf(piece.length));
    await write(piece);
  }
  await write(lengthOf(0));
}

const drained = (socket: Socket) => new Promise<void>((resolve) => socket.once('drain', () => resolve()));

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

/** Until the NUL that ends it, or the end of the connection. */
function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      const end = answer.indexOf(0);
      if (end >= 0) resolve(answer.toString('utf8', 0, end).trim());
      else if (answer.length > MAX_ANSWER_BYTES) socket.destroy(new Error("clamd's answer does not end."));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('clamd closed the connection without an answer.')));
  });
}
