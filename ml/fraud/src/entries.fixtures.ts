/** What the tests give the analyser, and how they read what it tells. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InsightFinding, RoundAnalysis, StreamEntry } from '@interview/ml-kit/analyser';
import { type FaceObservation, type RoundState, VoiceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import { fraudAnalyser } from './fraud.analyser.js';

export const round: RoundState = {
  id: '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11',
  version: 1,
  companyId: 'acme',
  candidateId: 'cora',
  interviewerId: 'ivan',
  status: 'IN_PROGRESS',
  mode: 'HUMAN_AI_ASSISTED',
  consentGiven: true,
  startedAtMs: 0,
  questions: [],
};

const face = {
  box: [0, 0, 100, 100],
  score: 0.9,
  yawDeg: 0,
  pitchDeg: 0,
  rollDeg: 0,
  mouthOpen: null,
} satisfies FaceObservation['faces'][0];

/** Each entry has an id of its own, also where two were captured at the same moment. */
let delivered = 0;
const nextEntryId = () => `${++delivered}-0`;

export const tab = (capturedAtMs: number, visible: '0' | '1'): StreamEntry => ({
  stream: 'tab',
  id: nextEntryId(),
  entry: { visible, capturedAtMs },
});

export const faces = (
  capturedAtMs: number,
  count: number,
  quality: FaceObservation['quality'] = 'OK',
  mouthOpen: number | null = null,
): StreamEntry => ({
  stream: 'faces',
  id: nextEntryId(),
  entry: {
    capturedAtMs,
    faces: Array.from({ length: count }, () => ({ ...face, mouthOpen })),
    quality,
    identity: null,
  },
});

/** One face, compared with the reference: `distance` null where it was not. */
export const compared = (
  capturedAtMs: number,
  distance: number | null,
  { reference = 1, quality = 'OK' }: { reference?: number; quality?: FaceObservation['quality'] } = {},
): StreamEntry => ({
  stream: 'faces',
  id: nextEntryId(),
  entry: { capturedAtMs, faces: [face], quality, identity: distance === null ? null : { reference, distance } },
});

export async function open(snapshot: unknown = null): Promise<RoundAnalysis> {
  return fraudAnalyser.open(round, snapshot);
}

/** What the entries lead to. */
export async function told(analysis: RoundAnalysis, entries: readonly StreamEntry[]): Promise<InsightFinding[]> {
  const findings = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  return findings.filter((finding) => finding.kind === 'insight');
}

/** What the round's end leads to. */
export async function finished(analysis: RoundAnalysis): Promise<InsightFinding[]> {
  return ((await analysis.finish?.()) ?? []).filter((finding) => finding.kind === 'insight');
}

/** Each as type, phase, time. */
export const outline = (findings: readonly InsightFinding[]) =>
  findings.map(({ type, value, atMs }) => [type, 'phase' in value ? value.phase : null, atMs]);

export const voice = (entry: VoiceObservation): StreamEntry => ({ stream: 'voices', id: nextEntryId(), entry });

/** Two seconds of speech that begin at a moment, this far from the candidate's own voice. */
export const speech = (
  startMs: number,
  own: Partial<NonNullable<VoiceObservation['own']>> | null,
  lengthMs = 2000,
): StreamEntry =>
  voice({
    startMs,
    capturedAtMs: startMs + lengthMs,
    voicedMs: lengthMs * 0.7,
    own: own && { reference: 1, timbre: 0.3, pitch: 0, level: 0, ...own },
  });

/** What `speech` heard in a recording; see fixtures/SOURCES.md. */
export function heardIn(name: 'background-voice' | 'one-speaker'): StreamEntry[] {
  const file = readFileSync(fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url)), 'utf8');
  return z.array(VoiceObservation).parse(JSON.parse(file)).map(voice);
}
