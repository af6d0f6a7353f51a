/** The download against a local server, and the command itself: what it prints, and what it says where it fails. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { localEntry } from './checkout.js';
import { fetchModel } from './model-download.js';
import { MODELS, type Model } from './whisper-models.js';

const CONTENT: Record<string, string> = { 'a.onnx': 'the encoder'.repeat(10_000), 'tokens.txt': 'YQ== 0' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const MODEL: Model = {
  repository: 'someone/a-model',
  revision: 'abc123',
  megabytes: 1,
  files: Object.entries(CONTENT).map(([name, text]) => ({ name, sha256: sha256(text) })),
};

let folder: string;
let server: Server;
let asked: string[];
/** Answers a file; replaced by the tests of what goes wrong. */
let answer: RequestListener;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  asked = [];
  answer = (request, response) => response.end(CONTENT[request.url?.split('/').at(-1) ?? '']);
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

// A listening TCP server has an address and a port.
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const fetched = (signal?: AbortSignal) =>
  fetchModel('a-model', MODEL, { url: url(), folder, report: () => undefined, ...(signal && { signal }) });

describe('a model', () => {
  test('is fetched at its revision, and not again', async () => {
    const place = await fetched();
    expect(place).toBe(join(folder, 'a-model'));
    expect(asked).toEqual(['a.onnx', 'tokens.txt'].map((name) => `/someone/a-model/resolve/abc123/${name}`));
    for (const [name, text] of Object.entries(CONTENT)) expect(readFileSync(join(place, name), 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['a-model']);
    // Whoever the worker runs as can read it.
    expect(statSync(place).mode & 0o777).toBe(0o755);
    await fetched();
    expect(asked).toHaveLength(2);
  });

  test('follows where the server sends it', async () => {
    const give = answer;
    answer = (request, response) => {
      if (request.url?.startsWith('/elsewhere')) give(request, response);
      else response.writeHead(302, { location: `/elsewhere${request.url}` }).end();
    };
    await fetched();
    expect(asked).toHaveLength(4);
  });

  test('that was damaged is fetched anew', async () => {
    mkdirSync(join(folder, 'a-model'));
    writeFileSync(join(folder, 'a-model/a.onnx'), 'half of the enc');
    const place = await fetched();
    expect(readFileSync(join(place, 'a.onnx'), 'utf8')).toBe(CONTENT['a.onnx']);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['another checksum', (_, response) => response.end('something else'), /^a\.onnx is not the file that was expected/],
    ['a 404', (_, response) => response.writeHead(404).end(), /127\.0\.0\.1:\d+ answered 404\.$/],
    [
      'a cut connection',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100000' }).write('the encoder', () => response.destroy());
      },
      /^a\.onnx could not be downloaded: it broke off after 11 bytes/,
    ],
  ])('with %s is not kept, and told', async (_, wrong, sentence) => {
    answer = wrong;
    await expect(fetched()).rejects.toMatchObject({ name: 'MissingError', message: expect.stringMatching(sentence) });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('one that was there stays when its replacement cannot be had', async () => {
    mkdirSync(join(folder, 'a-model'));
    writeFileSync(join(folder, 'a-model/a.onnx'), 'another release');
    answer = (_, response) => response.writeHead(503).end();
    await expect(fetched()).rejects.toThrow('answered 503');
    expect(readdirSync(folder)).toEqual(['a-model']);
  });

  test('is not kept when the command is stopped', async () => {
    const stop = new AbortController();
    answer = (_, response) => {
      response.writeHead(200).write('the enc', () => stop.abort());
    };
    await expect(fetched(stop.signal)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the command', () => {
  const run = (...args: string[]) => runAt(url(), ...args);
  const runAt = (mirror: string, ...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = { ...process.env, MODELS_URL: mirror };
      execFile(
        process.execPath,
        [localEntry('models.js'), ...args, '--dir', folder],
        { env },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  test('ends with 1 and one line where the model cannot be had', async () => {
    const { code, stdout, stderr } = await run('whisper-base.en');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^base\.en-tokens\.txt is not the file that was expected/);
  });

  test('says so where there is no internet', async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    const env = { ...process.env, MODELS_URL: 'http://127.0.0.1:1' };
    const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      const args = [localEntry('models.js'), 'whisper-tiny.en', '--dir', folder];
      execFile(process.execPath, args, { env }, (error, _, stderr) => resolve({ code: error?.code, stderr }));
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('could not be downloaded: 127.0.0.1:1 cannot be reached');
  });

  test.each(['huggingface.co', 'ftp://mirror/models', 'file:///models'])('refuses %s as a mirror', async (mirror) => {
    const { code, stderr } = await runAt(mirror, 'whisper-base.en');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'Wrong settings: MODELS_URL must be an http:// or https:// address.\n',
    });
  });

  test('names the models that there are', async () => {
    expect((await run('--help')).stdout).toContain('whisper-small.en');
    expect((await run('whisper-huge')).stderr).toBe(
      `There is no model "whisper-huge"; there are ${[...MODELS.keys()].join(', ')}.\n`,
    );
  });
});
