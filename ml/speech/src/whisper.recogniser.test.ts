/**
 * Whisper through sherpa-onnx: the suite on real speech where WHISPER_MODEL_DIR names a model; everywhere, the suite on a
 * model of the tests' own, which knows its words by heart, and what is told of models that are missing or broken.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { describeRecogniser } from './recogniser.suite.fixtures.js';
import { TINY_TOKENS, writeTinyWhisper } from './tiny-whisper.fixtures.js';
import { WhisperRecogniser } from './whisper.recogniser.js';
import { findWhisper } from './whisper-files.js';

/** Decoding takes about as long as the audio on a machine that is busy. */
jest.setTimeout(120_000);

const folder = process.env['WHISPER_MODEL_DIR'];
(folder ? describe : describe.skip)(`whisper (${folder ?? 'skipped: WHISPER_MODEL_DIR is not set'})`, () => {
  describeRecogniser('as every recogniser', {
    open: () => new WhisperRecogniser(folder ?? ''),
    recogniser: 'whisper',
    wordErrors: 0.2,
    interim: false,
    times: false,
    confidences: false,
  });
});

{
  const folder = mkdtempSync(join(tmpdir(), 'tiny-whisper-'));
  writeTinyWhisper(folder);
  describeRecogniser('sherpa-onnx with a model of the tests, as every recogniser', {
    open: () => new WhisperRecogniser(folder),
    close: async () => rmSync(folder, { recursive: true }),
    recogniser: 'whisper',
    says: TINY_TOKENS.join('')
      .toLowerCase()
      .replaceAll(/[^a-z ]/g, '')
      .trim(),
    wordErrors: 0,
    interim: false,
    times: false,
    confidences: false,
  });
}

describe('a model folder', () => {
  let base: string;
  const files = (...names: string[]) => {
    for (const name of names) writeFileSync(join(base, name), 'not a network');
    return findWhisper(base);
  };
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'whisper-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  test('is known by the names that sherpa-onnx exports, and its 8-bit networks are preferred', () => {
    const both = ['encoder.onnx', 'encoder.int8.onnx', 'decoder.onnx', 'decoder.int8.onnx', 'tokens.txt'];
    expect(files(...both.map((name) => `base.en-${name}`))).toEqual({
      encoder: join(base, 'base.en-encoder.int8.onnx'),
      decoder: join(base, 'base.en-decoder.int8.onnx'),
      tokens: join(base, 'base.en-tokens.txt'),
    });
  });

  test('that lacks a file is told in a sentence', () => {
    expect(files('base.en-encoder.onnx')).toBe(
      `WHISPER_MODEL_DIR is ${base}, which has no *decoder*.onnx and no *tokens.txt: see "npm run models -- --help"`,
    );
    expect(findWhisper(join(base, 'nowhere'))).toContain('which is no folder that can be read');
  });

  test('whose process dies is started anew by the next segment', async () => {
    writeTinyWhisper(base);
    const recogniser = new WhisperRecogniser(base);
    await recogniser.start();
    const rejected = expect(recogniser.transcribe(new Int16Array(240_000))).rejects.toMatchObject({
      reason: 'broke off',
    });
    await recogniser.stop();
    await rejected;
    expect(await recogniser.transcribe(new Int16Array(32_000))).toMatchObject({ text: 'We had a problem.' });
    await recogniser.stop();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('goes on being decoded when %s reaches the process', async (signal) => {
    writeTinyWhisper(base);
    const child = fork(new URL('./whisper-process.ts', import.meta.url), { serialization: 'advanced', execArgv: [] });
    const ended = once(child, 'exit');
    child.send({ data: findWhisper(base) });
    expect(await Promise.race([once(child, 'message'), ended])).toMatchObject([{ kind: 'ready' }]);
    child.kill(signal);
    child.send({ id: 1, audio: new Int16Array(32_000) });
    const answer = await Promise.race([once(child, 'message'), ended]);
    expect(answer).toMatchObject([{ kind: 'heard', id: 1 }]);
    // Whoever asks ends it.
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  });

  test('without a model is told when the recogniser starts, for people without its path', async () => {
    mkdirSync(join(base, 'empty'));
    await expect(new WhisperRecogniser(join(base, 'empty')).start()).rejects.toMatchObject({
      message: expect.stringContaining('has no *encoder*.onnx'),
      reason: 'has no complete model',
    });
  });

  // The library itself is loaded in both: it is what refuses them, and ends its process.
  test.each([
    ['tokens', 'not a token', /ReadTokens/],
    ['networks', 'YQ== 0\n', /Load model from .*encoder\.onnx failed/],
  ])('with broken %s ends the process that loads them, not this one', async (_, tokens, message) => {
    files('base.en-encoder.onnx', 'base.en-decoder.onnx', 'base.en-tokens.txt');
    writeFileSync(join(base, 'base.en-tokens.txt'), tokens);
    const recogniser = new WhisperRecogniser(base);
    const failure = { message: expect.stringMatching(message), reason: 'could not be loaded' };
    await expect(recogniser.start()).rejects.toMatchObject(failure);
    const listener = recogniser.openLine().listen();
    listener.hear(new Int16Array(1_600));
    await expect(listener.end(1_600)).rejects.toMatchObject(failure);
    await recogniser.stop();
  });
});
