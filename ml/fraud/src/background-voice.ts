/**
 * Whether somebody else speaks on the candidate's side: stretches of speech that differ from the candidate's own voice
 * in several ways, in a row, for long enough. One alert lasts as long as more of it is heard.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import { AlertSeverity } from '@interview/schema/enums';
import type { VoiceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import { placeInOrder } from './capture-order.js';
import { type LipsState, lipsDuring } from './lips.js';
import { backgroundVoiceSeverity } from './severity.js';
import type { FraudThresholds } from './thresholds.js';
import { evidenceOf, voiceScore } from './voice-score.js';

/** Stretches follow on, and the clock that times them leans after the sender's: one may begin a little before the last ended. */
const OVERLAP_MS = 250;

type Rules = Pick<FraudThresholds, 'voice' | 'lips'>;

/** Stretches in a row that speak for another voice; the sums are weighted by their length. */
const Run = z.object({
  startMs: z.number(),
  lastMs: z.number(),
  speechMs: z.number(),
  score: z.number(),
  timbre: z.number(),
  pitch: z.number(),
  level: z.number(),
});
type Run = z.infer<typeof Run>;

export const BackgroundVoiceState = z.object({
  /** Which learnt voice the distances are from; null before the first. */
  reference: z.int().nullable(),
  /** End of the last stretch that counted. */
  heardMs: z.number().nullable(),
  run: Run.nullable(),
  /** The alert that lasts; the run goes on as long as it does. */
  alert: z.object({ key: z.string(), severity: AlertSeverity }).nullable(),
});
export type BackgroundVoiceState = z.infer<typeof BackgroundVoiceState>;

export const initialBackgroundVoiceState = (): BackgroundVoiceState => ({
  reference: null,
  heardMs: null,
  run: null,
  alert: null,
});

/** Handles one stretch of speech. Changes `state`. */
export function handleVoice(
  state: BackgroundVoiceState,
  entryId: string,
  heard: VoiceObservation,
  lips: LipsState,
  rules: Rules,
): InsightFinding[] {
  const { startMs, capturedAtMs, own } = heard;
  const place = placeOfStretch(state, heard);
  if (place === 'late') return [];
  const findings = place === 'clock-set-back' ? closeVoice(state, lips, capturedAtMs, rules) : [];
  state.heardMs = capturedAtMs;
  if (own === null) return findings;
  if (own.reference !== state.reference) {
    // Another process learnt the voice anew: what was measured against the former one does not add up with it.
    state.reference = own.reference;
    if (!state.alert) state.run = null;
  }
  findings.push(...passVoice(state, { heardMs: startMs, capturedAtMs }, lips, rules));
  const score = voiceScore(own, lipsDuring(lips, startMs, capturedAtMs, rules.lips).are, rules.voice);
  if (score < rules.voice.suspicious) {
    if (!state.alert) state.run = null;
    return findings;
  }
  state.run = added(state.run, heard, own, score, rules);
  return state.alert ? findings : [...findings, ...raise(state, entryId, lips, rules)];
}

/** What `speech` hears again after a crash was heard; the stretches are cut elsewhere then. */
export function placeOfStretch({ heardMs }: BackgroundVoiceState, { startMs }: VoiceObservation) {
  return placeInOrder(heardMs === null ? null : heardMs - OVERLAP_MS, startMs);
}

/** Ends the alert when up to `heardMs` nothing of it was heard for long; `capturedAtMs` is the capture that showed it. */
export function passVoice(
  state: BackgroundVoiceState,
  { heardMs, capturedAtMs }: { heardMs: number; capturedAtMs: number },
  lips: LipsState,
  rules: Rules,
): InsightFinding[] {
  if (!state.run || heardMs - state.run.lastMs <= rules.voice.quietMs) return [];
  return closeVoice(state, lips, capturedAtMs, rules);
}

/** Ends an open alert, at the round's end too; it lasted until the last of it was heard. */
export function closeVoice(
  state: BackgroundVoiceState,
  lips: LipsState,
  capturedAtMs: number,
  rules: Rules,
): InsightFinding[] {
  const { run, alert } = state;
  state.run = null;
  state.alert = null;
  if (!run || !alert) return [];
  const durationMs = run.lastMs - run.startMs;
  const { score, evidence } = told(run, lips, rules);
  return [
    {
      kind: 'insight',
      key: `${alert.key}:end`,
      type: 'BACKGROUND_VOICE',
      severity: alert.severity,
      value: { phase: 'END', durationMs, score, evidence },
      explanation:
        `For ${(durationMs / 1000).toFixed(1)} s there was speech that differs from the candidate's own voice, ` +
        `${(run.speechMs / 1000).toFixed(1)} s of it measured; score ${score.toFixed(2)}.`,
      atMs: run.lastMs,
      capturedAtMs,
    },
  ];
}

function added(run: Run | null, heard: VoiceObservation, own: Own, score: number, rules: Rules): Run {
  const { startMs, capturedAtMs: lastMs } = heard;
  const ms = lastMs - startMs;
  const goesOn = run && startMs - run.lastMs <= rules.voice.quietMs;
  const before = goesOn ? run : { startMs, lastMs, speechMs: 0, score: 0, timbre: 0, pitch: 0, level: 0 };
  return {
    startMs: before.startMs,
    lastMs,
    speechMs: before.speechMs + ms,
    score: before.score + score * ms,
    timbre: before.timbre + own.timbre * ms,
    pitch: before.pitch + own.pitch * ms,
    level: before.level + own.level * ms,
  };
}

type Own = NonNullable<VoiceObservation['own']>;

function raise(state: BackgroundVoiceState, entryId: string, lips: LipsState, rules: Rules): InsightFinding[] {
  const { run } = state;
  if (!run || run.speechMs < rules.voice.speechMs) return [];
  const { score, evidence } = told(run, lips, rules);
  if (score < rules.voice.score) return [];
  const key = `BACKGROUND_VOICE:${entryId}`;
  const severity = backgroundVoiceSeverity(score, rules.voice);
  state.alert = { key, severity };
  return [
    {
      kind: 'insight',
      key: `${key}:start`,
      type: 'BACKGROUND_VOICE',
      severity,
      value: { phase: 'START', score, evidence },
      explanation:
        `${(run.speechMs / 1000).toFixed(1)} s of speech differ from the candidate's own voice: score ` +
        `${score.toFixed(2)} (threshold ${rules.voice.score} over ${rules.voice.speechMs / 1000} s). ${evidence.join('; ')}.`,
      atMs: run.startMs,
      capturedAtMs: run.lastMs,
    },
  ];
}

/** The run's means, as they are told. */
function told(run: Run, lips: LipsState, rules: Rules): { score: number; evidence: string[] } {
  const mean = (sum: number) => sum / run.speechMs;
  const own = { timbre: mean(run.timbre), pitch: mean(run.pitch), level: mean(run.level) };
  const seen = lipsDuring(lips, run.startMs, run.lastMs, rules.lips);
  return { score: Math.round(mean(run.score) * 100) / 100, evidence: evidenceOf(own, seen, rules.voice) };
}
