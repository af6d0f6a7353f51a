/** BACKGROUND_VOICE: a third voice on the candidate's side, quieter than the candidate, with a face that shows whose lips move. */
import { FRAUD_THRESHOLDS, type FraudThresholds } from '@interview/fraud/thresholds';
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { loadSileroVad, type VoiceModel } from '@interview/speech/silero-vad';
import { choose } from '../choice.js';
import { fraudFindings } from '../fraud-side.js';
import type { Floor, Half, Part, PartResult } from '../part.js';
import { Watcher } from '../pictures/face-observations.js';
import { Random } from '../random.js';
import { BEGIN_MS, entryId, toldOf } from '../rounds.js';
import { choiceRow, countsOf, scoreRow } from '../score-rows.js';
import { type Label, type Matched, match, type Told } from '../scoring/match.js';
import { f1Of, scoresOf } from '../scoring/scores.js';
import {
  type BackgroundLevel,
  type BackgroundSequence,
  backgroundSequences,
  composeBackground,
  LEVELS,
} from './background-sequences.js';
import { overTheLine } from './line.js';
import { hear } from './listener.js';
import { type Mouths, talkingFace, watchMouths } from './talking-face.js';

/** `speech` tells a stretch as a whole; it may have begun with the candidate's last word. */
const TOLERANCE_MS = 2_500;

/** Mean scores that an alert takes, around `voice.score` of ml/fraud. */
const SCORES = [0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];

interface Listened {
  sequence: BackgroundSequence;
  guests: readonly Label[];
  /** What `fraud` reads. */
  entries: StreamEntry[];
  observed: boolean;
}

interface Judged {
  sequence: BackgroundSequence;
  matched: Matched<Label, Told>;
}

export const voices: Part = {
  name: 'voices',
  summary: 'BACKGROUND_VOICE with a third voice at −6, −12 and −18 dB',
  alwaysMeasured: false,
  async run({ quick, progress }) {
    const model = await loadSileroVad();
    const watcher = new Watcher();
    await watcher.start();
    try {
      const mouths = await watchMouths(watcher);
      const listened: Listened[] = [];
      const sequences = backgroundSequences(quick);
      for (const sequence of sequences) {
        progress(`voices: ${listened.length + 1} of ${sequences.length}, ${sequence.name}`);
        listened.push(await listen(sequence, model, mouths));
      }
      return await resultOf(listened);
    } finally {
      await watcher.stop();
      await model.close();
    }
  },
};

async function listen(sequence: BackgroundSequence, model: VoiceModel, mouths: Mouths): Promise<Listened> {
  const random = new Random(`${sequence.name}/arriving`);
  const { tracks, spoken, lengthMs, guests } = composeBackground(sequence);
  const heard = await hear(
    {
      tracks: {
        CANDIDATE: overTheLine(tracks.CANDIDATE, 'clean', random.fork('candidate')),
        INTERVIEWER: overTheLine(tracks.INTERVIEWER, 'clean', random.fork('interviewer')),
      },
      dropped: { CANDIDATE: new Set(), INTERVIEWER: new Set() },
    },
    { model, recogniser: { missing: 'words are scored apart' }, log: { warn: () => undefined } },
  );
  const voicesHeard = voiceEntries(heard);
  const facesSeen = talkingFace(spoken, lengthMs, mouths, random.fork('face')).map(
    (entry): StreamEntry => ({ stream: 'faces', id: entryId(entry.capturedAtMs - BEGIN_MS), entry }),
  );
  return { sequence, guests, entries: inOrder([...facesSeen, ...voicesHeard]), observed: voicesHeard.length > 0 };
}

const judge = (listened: readonly Listened[], thresholds?: FraudThresholds): Promise<Judged[]> =>
  Promise.all(
    listened.map(async ({ sequence, guests, entries }) => {
      const findings = await fraudFindings(entries, { thresholds });
      return { sequence, matched: match(visits(guests), toldOf(findings, 'BACKGROUND_VOICE'), TOLERANCE_MS) };
    }),
  );

/** An alert lasts until nothing of the voice was heard for some seconds: what comes before that is the same one. */
function visits(guests: readonly Label[]): Label[] {
  const all: Label[] = [];
  for (const guest of guests) {
    const before = all.at(-1);
    if (before && guest.fromMs - before.toMs <= FRAUD_THRESHOLDS.voice.quietMs)
      all.splice(-1, 1, { ...before, toMs: guest.toMs });
    else all.push(guest);
  }
  return all;
}

/** What `speech` tells `fraud` of the voices that it heard. */
export const voiceEntries = (findings: readonly Finding[]): StreamEntry[] =>
  findings.flatMap((finding, n): StreamEntry[] => {
    if (finding.kind !== 'observation' || finding.stream !== 'voices') return [];
    const { observation } = finding;
    return [{ stream: 'voices', id: entryId(observation.capturedAtMs - BEGIN_MS, n + 1), entry: observation }];
  });

/** As the streams are read: each in its own order, both along their capture. */
export const inOrder = (entries: readonly StreamEntry[]): StreamEntry[] =>
  entries.toSorted((a, b) => a.entry.capturedAtMs - b.entry.capturedAtMs);

async function resultOf(listened: readonly Listened[]): Promise<PartResult> {
  const set = [`${listened.length} conversations, half of them for choosing; in a quarter of them nobody else speaks.`];
  if (!listened.some(({ observed }) => observed)) {
    const floor: Floor = { name: 'background voices', wanted: 'no floor', measured: '–', state: 'not measured' };
    return { set, floors: [floor], tables: [], notes: [], figures: { f1: null } };
  }
  const of = (half: Half) => listened.filter(({ sequence }) => sequence.half === half);
  const scored = await judge(of('score'));
  const { voice } = FRAUD_THRESHOLDS;
  const score = choose(
    await Promise.all(
      SCORES.map(async (value) => {
        const judged = await judge(of('choose'), { ...FRAUD_THRESHOLDS, voice: { ...voice, score: value } });
        return { value, name: String(value), score: f1Of(scoresOf(judged.map(({ matched }) => countsOf(matched)))) };
      }),
    ),
    voice.score,
  );
  const matchesAt = (level: BackgroundLevel) =>
    scored.filter(({ sequence }) => sequence.level === level).map(({ matched }) => matched);
  return {
    set,
    floors: [],
    tables: [
      {
        title: 'BACKGROUND_VOICE, scored half',
        rows: [
          scoreRow(
            'all',
            scored.map(({ matched }) => matched),
          ),
          ...LEVELS.map((level) => scoreRow(level === null ? 'nobody else' : `${level} dB`, matchesAt(level))),
        ],
      },
      { title: 'Thresholds', rows: [choiceRow('mean score of an alert (F1)', score)] },
    ],
    notes: [
      `Somebody who speaks again within ${FRAUD_THRESHOLDS.voice.quietMs / 1000} s is one event, as for the analyser.`,
    ],
    figures: { f1: scoresOf(scored.map(({ matched }) => countsOf(matched))).f1?.value ?? null },
  };
}
