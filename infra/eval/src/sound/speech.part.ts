/** When people spoke: pauses inside answers and response latencies, on composed conversations. */
import type { Finding } from '@interview/ml-kit/analyser';
import { PAUSE_MS } from '@interview/speech/answers';
import { loadSileroVad, type VoiceModel } from '@interview/speech/silero-vad';
import type { SpeechParts } from '@interview/speech/speech.round';
import { SEGMENTATION } from '@interview/speech/utterance';
import { type Candidate, type Choice, choose } from '../choice.js';
import type { Floor, Part, PartResult } from '../part.js';
import { toldOf } from '../rounds.js';
import { choiceRow, countsOf, f1Floor, quantile, scoreRow, secondsText, shareText } from '../score-rows.js';
import { type Label, type Matched, match, type Told } from '../scoring/match.js';
import { f1Of, scoresOf } from '../scoring/scores.js';
import { type Answer, PAUSE_LABEL_MS } from './conversation.js';
import { errorsOf, type Latencies, latenciesOf, withinScores } from './latencies.js';
import { SOUND_CONDITIONS } from './line.js';
import { type Arriving, hear, type Remapping, RememberingModel, remapping } from './listener.js';
import { edgeErrors, readRecording } from './recordings.js';
import { composeSequence, type SpeechSequence, speechSequences } from './speech-sequences.js';
import { VOICES } from './voices.js';

/** Half the shortest gap between two labelled silences, so that no finding fits two. */
const TOLERANCE_MS = 500;
const PAUSES_MS = [1_300, 1_350, 1_400, 1_450, 1_500, 1_550, 1_600, 1_700, 1_800, 2_000];
/** Probabilities at which speech begins; it ends 0.15 below, as Silero has it. */
const STARTS = [0.25, 0.3, 0.4, 0.5, 0.6, 0.7];
/** Probabilities from which on what follows belongs to the onset; 0.3 is nearly none. */
const ONSETS = [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3];
/** Words are a part of their own. */
const NO_WORDS: Pick<SpeechParts, 'recogniser' | 'log'> = {
  recogniser: { missing: 'words are scored apart' },
  log: { warn: () => undefined },
};

interface Heard {
  sequence: SpeechSequence;
  pauses: Matched<Label, Told>;
  latencies: Latencies;
}

export const speech: Part = {
  name: 'speech',
  summary: 'HESITATION (pauses) and RESPONSE_LATENCY on composed conversations',
  alwaysMeasured: true,
  async run({ quick, progress }) {
    const model = await loadSileroVad();
    try {
      const sequences = speechSequences(quick);
      const choosing: Listener[] = [];
      const heard: Heard[] = [];
      let minutes = 0;
      for (const sequence of sequences) {
        progress(`speech: ${heard.length + 1} of ${sequences.length}, ${sequence.name}`);
        const listener = new Listener(sequence, model);
        heard.push(await listener.hear());
        minutes += listener.lengthMs / 60_000;
        // The sound of the others is not heard again.
        if (sequence.half === 'choose') choosing.push(listener);
      }
      progress('speech: choosing thresholds');
      const { start, stop, onset } = SEGMENTATION;
      const choices = [
        choiceRow(
          'shortest pause (by F1 of pauses)',
          await tried(choosing, PAUSES_MS, PAUSE_MS, secondsText, pauseF1, (pauseMs) => ({ pauseMs })),
        ),
        choiceRow(
          'voice begins at (by F1 of pauses)',
          await tried(choosing, STARTS, start, String, pauseF1, (from) => ({
            remapped: remapping([
              { from: onset, to: onset },
              { from: from - (start - stop), to: stop },
              { from, to: start },
            ]),
          })),
        ),
        choiceRow(
          'onset from (by latencies within 200 ms)',
          await tried(choosing, ONSETS, onset, String, shareWithin, (from) => ({
            remapped: remapping([
              { from, to: onset },
              { from: stop, to: stop },
            ]),
          })),
        ),
      ];
      return resultOf(heard, minutes, choices);
    } finally {
      await model.close();
    }
  },
};

interface Thresholds {
  pauseMs?: number;
  remapped?: Remapping;
}

async function tried(
  choosing: readonly Listener[],
  values: readonly number[],
  product: number,
  nameOf: (value: number) => string,
  score: (heard: readonly Heard[]) => number | null,
  thresholdsOf: (value: number) => Thresholds,
): Promise<Choice<number>> {
  const candidates: Candidate<number>[] = [];
  for (const value of values) {
    const heard: Heard[] = [];
    for (const listener of choosing) heard.push(await listener.hear(thresholdsOf(value)));
    candidates.push({ value, name: nameOf(value), score: score(heard) });
  }
  return choose(candidates, product);
}

/** A conversation that can be heard with several thresholds. */
class Listener {
  readonly sequence: SpeechSequence;
  readonly lengthMs: number;
  readonly #answers: readonly Answer[];
  readonly #pauses: readonly Label[];
  readonly #arriving: Arriving;
  readonly #model: RememberingModel;

  constructor(sequence: SpeechSequence, model: VoiceModel) {
    this.sequence = sequence;
    const { conversation, arriving } = composeSequence(sequence);
    this.lengthMs = conversation.lengthMs;
    this.#answers = conversation.answers;
    this.#pauses = conversation.silences.filter(({ fromMs, toMs }) => toMs - fromMs >= PAUSE_LABEL_MS);
    this.#arriving = arriving;
    this.#model = new RememberingModel(model);
  }

  async hear({ pauseMs = PAUSE_MS, remapped }: Thresholds = {}): Promise<Heard> {
    const findings = await hear(this.#arriving, {
      ...NO_WORDS,
      model: this.#model.again(remapped),
      thresholds: { pauseMs },
    });
    return {
      sequence: this.sequence,
      pauses: match(this.#pauses, pausesOf(findings), TOLERANCE_MS),
      latencies: latenciesOf(this.#answers, toldLatencies(findings)),
    };
  }
}

const pausesOf = (findings: readonly Finding[]) =>
  toldOf(findings, 'HESITATION').filter(
    ({ finding }) => finding.type === 'HESITATION' && finding.value.kind === 'PAUSE',
  );

const toldLatencies = (findings: readonly Finding[]) =>
  toldOf(findings, 'RESPONSE_LATENCY').flatMap(({ finding, ...when }) =>
    finding.type === 'RESPONSE_LATENCY' ? [{ ...when, latencyMs: finding.value.latencyMs }] : [],
  );

const pauseF1 = (heard: readonly Heard[]) => f1Of(scoresOf(heard.map(({ pauses }) => countsOf(pauses))));

function resultOf(heard: readonly Heard[], minutes: number, choices: PartResult['tables'][0]['rows']): PartResult {
  const scoring = heard.filter(({ sequence }) => sequence.half === 'score');
  const within = withinOf(scoring);
  const pauses = scoresOf(scoring.map((one) => countsOf(one.pauses)));
  const edges = Object.values(VOICES)
    .flat()
    .flatMap((name) => edgeErrors(readRecording(name)));
  const latencyFloor: Floor = {
    name: 'response latency',
    wanted: 'within 200 ms in 90 %',
    measured: `${shareText(within.recall)}, ${within.falseAlarms} told of no answer`,
    state: within.recall === null ? 'not measured' : within.recall.value >= 0.9 ? 'met' : 'missed',
  };
  return {
    set: [
      `${heard.length} conversations, half of them for choosing; ${minutes.toFixed(0)} minutes of two voices each.`,
    ],
    floors: [f1Floor('pauses ≥ 1.5 s', 0.9, pauses), latencyFloor],
    tables: [
      {
        title: 'Pauses, scored half',
        rows: rowsBy(
          scoring,
          (these) =>
            scoreRow(
              '',
              these.map((one) => one.pauses),
            ).cells,
        ),
      },
      { title: 'Response latency, scored half', rows: rowsBy(scoring, latencyCells) },
      { title: 'Thresholds', rows: choices },
    ],
    notes: [
      'The shortest pause is what the product promises, not a threshold that may be chosen; the others show what it costs.',
      'No sound but voices and even noise is in the set, so that a lower threshold of the voice can only win here.',
      `The edges of the stretches of speech move by ${quantile(edges, 0.5)} ms (median) and ${quantile(edges, 0.9)} ms (p90) when ` +
        'the rule that cuts them is 3 dB laxer or stricter.',
    ],
    figures: { pauseF1: pauses.f1?.value ?? null, latencyWithin200Share: within.recall?.value ?? null },
  };
}

/** A row for all, one for each condition and one for each candidate's voice. */
function rowsBy(heard: readonly Heard[], cells: (these: readonly Heard[]) => Record<string, string>) {
  const voices = [...new Set(heard.map(({ sequence }) => sequence.candidate))];
  return [
    { name: 'all', cells: cells(heard) },
    ...SOUND_CONDITIONS.map((condition) => ({
      name: condition,
      cells: cells(heard.filter(({ sequence }) => sequence.condition === condition)),
    })),
    ...voices.map((voice) => ({
      name: `candidate ${voice}`,
      cells: cells(heard.filter(({ sequence }) => sequence.candidate === voice)),
    })),
  ];
}

const shareWithin = (heard: readonly Heard[]) => withinOf(heard).recall?.value ?? null;

const withinOf = (heard: readonly Heard[]) => withinScores(heard.map(({ latencies }) => latencies));

function latencyCells(heard: readonly Heard[]): Record<string, string> {
  const errors = heard.flatMap(({ latencies }) => errorsOf(latencies));
  const within = withinOf(heard);
  return {
    answers: String(within.hits + within.missed),
    'not told': String(heard.reduce((sum, { latencies }) => sum + latencies.missed.length, 0)),
    'told of no answer': String(within.falseAlarms),
    'within 200 ms': shareText(within.recall),
    'error, median': secondsText(quantile(errors, 0.5)),
    'size of error, p90': secondsText(quantile(errors.map(Math.abs), 0.9)),
  };
}
