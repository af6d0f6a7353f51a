/** BACKGROUND_VOICE: a third voice on the candidate's side, quieter than the candidate, with a face that shows whose lips move. */
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { loadSileroVad, type VoiceModel } from '@interview/speech/silero-vad';
import { fraudFindings } from '../fraud-side.js';
import { type Floor, HALVES, type Part } from '../part.js';
import { Watcher } from '../pictures/face-observations.js';
import { Random } from '../random.js';
import { BEGIN_MS, entryId, toldOf } from '../rounds.js';
import { countsOf, f1Floor, scoreRow } from '../score-rows.js';
import { type Label, type Matched, match, type Told } from '../scoring/match.js';
import { scoresOf } from '../scoring/scores.js';
import { type BackgroundSequence, backgroundSequences, composeBackground, LEVELS } from './background-sequences.js';
import { overTheLine } from './line.js';
import { hear } from './listener.js';
import { type Mouths, talkingFace, watchMouths } from './talking-face.js';

/** `speech` tells a stretch as a whole; it may have begun with the candidate's last word. */
const TOLERANCE_MS = 2_500;

interface Listened {
  sequence: BackgroundSequence;
  matched: Matched<Label, Told>;
  observed: boolean;
}

export const voices: Part = {
  name: 'voices',
  summary: 'BACKGROUND_VOICE with a third voice at −6, −12 and −18 dB',
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
      return resultOf(listened);
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
  const findings = await fraudFindings(inOrder([...facesSeen, ...voicesHeard]));
  return {
    sequence,
    matched: match(guests, toldOf(findings, 'BACKGROUND_VOICE'), TOLERANCE_MS),
    observed: voicesHeard.length > 0,
  };
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

function resultOf(listened: readonly Listened[]) {
  const scoring = listened.filter(({ sequence }) => sequence.half === 'score');
  const scores = scoresOf(scoring.map(({ matched }) => countsOf(matched)));
  const measured = listened.some(({ observed }) => observed);
  const floor: Floor = f1Floor('background voices', 0, scores);
  return {
    set: [`${listened.length} conversations, half of them for choosing; in a quarter of them nobody else speaks.`],
    floors: measured ? [] : [{ ...floor, wanted: 'no floor', measured: '–', state: 'not measured' as const }],
    tables: measured
      ? [
          {
            title: 'BACKGROUND_VOICE',
            rows: [
              ...HALVES.map((half) =>
                scoreRow(
                  half === 'choose' ? 'choosing half' : 'scored half',
                  listened.filter(({ sequence }) => sequence.half === half).map(({ matched }) => matched),
                ),
              ),
              ...LEVELS.map((level) =>
                scoreRow(
                  level === null ? 'scored, nobody else' : `scored, ${level} dB`,
                  scoring.filter(({ sequence }) => sequence.level === level).map(({ matched }) => matched),
                ),
              ),
            ],
          },
        ]
      : [],
    notes: [
      'An alert lasts until nothing of the voice was heard for some seconds, so that two visits close to each other are one alert: the second one then counts as missed.',
    ],
    figures: { f1: measured ? (scores.f1?.value ?? null) : null },
  };
}
