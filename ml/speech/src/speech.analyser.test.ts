/** @jest-environment ./jest-environment.mjs */

import type { Finding } from '@interview/ml-kit/analyser';
import type { Logger } from '@interview/runtime/log';
import { jest } from '@jest/globals';
import { CollectingLine } from './collecting.line.js';
import { DeepgramRecogniser } from './deepgram.recogniser.js';
import { DeepgramServer, KEY } from './deepgram-server.fixtures.js';
import { HeldRecogniser } from './held-recogniser.fixtures.js';
import type { Recogniser } from './recogniser.js';
import { RecogniserChain } from './recogniser-chain.js';
import { entriesOf, recording, round } from './recordings.fixtures.js';
import { createSpeechAnalyser } from './speech.analyser.js';
import { hesitantAnswer } from './spoken-words.fixtures.js';

function quietLog() {
  return { info: jest.fn<Logger['info']>(), warn: jest.fn<Logger['warn']>(), error: jest.fn<Logger['error']>() };
}

function recogniserThat(start: () => Promise<void>): Recogniser {
  const openLine = () => new CollectingLine(async () => ({ text: '', words: [], recogniser: 'test' }));
  return { name: 'test', start, stop: async () => {}, openLine };
}

test('a recogniser that cannot start leaves everything but the transcript', async () => {
  const log = quietLog();
  const analyser = createSpeechAnalyser(
    recogniserThat(() => Promise.reject(new Error('no such library'))),
    log,
  );
  await analyser.start?.();
  const analysis = await analyser.open(round(), null);
  const findings = [];
  for (const entry of entriesOf(recording('hesitant_answer'), 500)) findings.push(...(await analysis.handle(entry)));
  const results = findings.flatMap((f) => (f.kind === 'observation' ? [] : [f]));
  expect(results.map((f) => ('state' in f ? f.state : 'type' in f ? f.type : f.kind))).toEqual([
    'DEGRADED',
    'HESITATION',
  ]);
  expect(JSON.stringify(findings)).not.toContain('no such library');
  expect(log.error).toHaveBeenCalledTimes(1);
  await analyser.stop?.();
});

test('a snapshot that is none of ours begins the round anew', async () => {
  const analyser = createSpeechAnalyser(
    recogniserThat(async () => {}),
    quietLog(),
  );
  await analyser.start?.();
  const analysis = await analyser.open(round(), { version: 99 });
  expect(analysis.snapshot()).toMatchObject({ version: 1, tracks: {}, pending: [] });
  await analyser.stop?.();
});

test('a fallback in the middle of a round loses nothing, and the round is told who transcribes', async () => {
  const server = await DeepgramServer.listen({ known: [hesitantAnswer()] });
  // The third connection in a row that breaks off: the segment is given up.
  server.faults.push(...[0, 0, 0].map(() => ({ dropAfterMs: 1_000 })));
  const standIn = new HeldRecogniser('stand-in');
  const chain = new RecogniserChain([new DeepgramRecogniser({ key: KEY, url: server.url }), standIn], {
    clock: () => 0,
    log: quietLog(),
  });
  const analyser = createSpeechAnalyser(chain, quietLog());
  await analyser.start?.();
  const analysis = await analyser.open(round(), null);
  const findings: Finding[] = [];
  const entries = entriesOf(recording('hesitant_answer'), 100);
  for (const entry of entries.slice(0, 60)) findings.push(...(await analysis.handle(entry)));
  await server.until(() => server.connections.length === 3 && server.connections[2]?.closed !== undefined);
  for (const entry of entries.slice(60)) findings.push(...(await analysis.handle(entry)));
  const finished = analysis.finish?.() ?? [];
  while (standIn.segments.length < 2) await new Promise((resolve) => setImmediate(resolve));
  standIn.say(0, 'we had a problem');
  standIn.say(1, 'i profiled it');
  findings.push(...(await finished));
  const said = findings.flatMap((f) => (f.kind === 'segment' && f.isFinal ? [f.text] : []));
  expect(said).toEqual(['we had a problem', 'i profiled it']);
  expect(findings.flatMap((f) => (f.kind === 'status' ? [`${f.state}: ${f.detail}`] : []))).toEqual([
    'OK: Transcribed by deepgram.',
    'DEGRADED: deepgram broke off; stand-in transcribes now.',
  ]);
  analysis.close?.();
  await analyser.stop?.();
  await server.close();
});

test('Deepgram transcribes a round: interim text grows under the id of the final one, and its confidence is told', async () => {
  const server = await DeepgramServer.listen({ known: [hesitantAnswer()] });
  const chain = new RecogniserChain([new DeepgramRecogniser({ key: KEY, url: server.url })], {
    clock: () => 0,
    log: quietLog(),
  });
  const analyser = createSpeechAnalyser(chain, quietLog());
  await analyser.start?.();
  const analysis = await analyser.open(round(), null);
  const findings: Finding[] = [];
  for (const entry of entriesOf(recording('hesitant_answer'), 100)) {
    findings.push(...(await analysis.handle(entry)));
    const { length } = server.connections;
    // As in real time: what was sent is answered before the next chunk comes.
    if (length > 0) await new Promise((resolve) => server.connections[0]?.socket.once('pong', resolve).ping());
  }
  findings.push(...((await analysis.finish?.()) ?? []));
  const segments = findings.flatMap((f) => (f.kind === 'segment' ? [f] : []));
  const final = segments.filter(({ isFinal }) => isFinal);
  expect(final.map(({ text }) => text)).toEqual([
    'We had a problem with high latency in our order service; so',
    'I profiled it and found that the database was missing an index. After adding it the response time dropped by eighty percent.',
  ]);
  for (const { key, text, confidence } of final) {
    const interim = segments.filter((s) => s.key === key && !s.isFinal).map((s) => s.text);
    expect(interim.length).toBeGreaterThan(2);
    for (const said of interim) expect(text.startsWith(said)).toBe(true);
    expect(confidence).toBeCloseTo(0.9);
  }
  expect(findings.flatMap((f) => (f.kind === 'insight' ? [f.value] : []))).toContainEqual(
    expect.objectContaining({ recogniser: 'deepgram', score: 0.9, words: 34 }),
  );
  analysis.close?.();
  await server.until(() => server.connections[0]?.closeStream === true);
  await analyser.stop?.();
  await server.close();
});
