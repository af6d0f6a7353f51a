/** @jest-environment ./jest-environment.mjs */

import type { Logger } from '@interview/runtime/log';
import { jest } from '@jest/globals';
import { CollectingLine } from './collecting.line.js';
import type { Recogniser } from './recogniser.js';
import { entriesOf, recording, round } from './recordings.fixtures.js';
import { createSpeechAnalyser } from './speech.analyser.js';

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
  expect(findings.map((f) => ('state' in f ? f.state : 'type' in f ? f.type : f.kind))).toEqual([
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
