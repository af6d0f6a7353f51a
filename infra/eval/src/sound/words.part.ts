/** Word error rates of each recogniser that this machine has, on the recordings whose text is known. */
import type { Finding } from '@interview/ml-kit/analyser';
import { msToSamples } from '@interview/speech/pcm';
import type { Recogniser } from '@interview/speech/recogniser';
import { loadSileroVad, type VoiceModel } from '@interview/speech/silero-vad';
import type { Part, PartContext } from '../part.js';
import { Random } from '../random.js';
import { type ErrorRate, errorRateOf, type WordErrors, wordErrors } from '../scoring/word-errors.js';
import { droppedPackets, overTheLine, type SoundCondition } from './line.js';
import { hear, PACKET_MS } from './listener.js';
import { availableRecognisers } from './recognisers.js';
import { readRecording, rms } from './recordings.js';
import { SPEECH_LEVEL } from './voices.js';

const ANSWER =
  'We had a problem with high latency in our order service, so I profiled it and found that the database was missing ' +
  'an index. After adding it the response time dropped by eighty percent.';

/** What is said in each recording; see the SOURCES.md beside it. */
export const SAID = {
  jfk: 'and so my fellow americans ask not what your country can do for you ask what you can do for your country',
  librivox:
    'and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them',
  slt_intro:
    'I have been working as a backend engineer for about five years. Most recently I led the payments team at Acme, ' +
    'where we built services in Go and PostgreSQL.',
  slt_answer: ANSWER,
  rms_answer: ANSWER,
} as const;
type SaidName = keyof typeof SAID;
// Keys of an object literal are its own.
export const SAID_NAMES = Object.keys(SAID) as SaidName[];

const CONDITIONS: readonly SoundCondition[] = [
  'clean',
  'noise 20 dB',
  'noise 10 dB',
  'noise 5 dB',
  'telephone',
  'dropped packets',
];

interface Heard extends WordErrors {
  name: SaidName;
  condition: SoundCondition;
}

export const words: Part = {
  name: 'words',
  summary: 'word error rate of each recogniser that is available',
  alwaysMeasured: false,
  async run(context) {
    const { recognisers, missing } = await availableRecognisers(process.env, context.progress);
    const model = await loadSileroVad();
    try {
      const rows = [];
      const byRecording = [];
      const figures: Record<string, number | null> = {};
      for (const recogniser of recognisers) {
        const heard = await hearAll(recogniser, model, context);
        const rate = (these: readonly Heard[]) => errorRateOf(these, new Random('words'));
        rows.push({
          name: recogniser.name,
          cells: Object.fromEntries(
            CONDITIONS.map((condition) => [
              condition,
              rateText(rate(heard.filter((one) => one.condition === condition))),
            ]),
          ),
        });
        for (const name of SAID_NAMES) {
          const these = heard.filter((one) => one.name === name);
          const cells = Object.fromEntries(these.map((one) => [one.condition, percent(one.errors / one.words)]));
          byRecording.push({ name: `${recogniser.name}, ${name}`, cells });
        }
        figures[`${recogniser.name}CleanWer`] = rate(heard.filter(({ condition }) => condition === 'clean')).rate;
      }
      return {
        set: [
          `${SAID_NAMES.length} recordings, ${SAID_NAMES.reduce((sum, name) => sum + wordCount(name), 0)} words, through the whole of \`speech\`.`,
        ],
        floors: [],
        tables:
          recognisers.length === 0
            ? []
            : [
                { title: 'Word error rate', rows },
                { title: 'By recording', rows: byRecording },
              ],
        notes: [
          ...missing.map((one) => `Not measured: ${one}.`),
          'Nothing is chosen here: every recording is scored. Case and punctuation do not count; a number in figures ("80 %") counts as wrong words.',
        ],
        figures,
      };
    } finally {
      await Promise.all(recognisers.map((recogniser) => recogniser.stop()));
      await model.close();
    }
  },
};

async function hearAll(recogniser: Recogniser, model: VoiceModel, { quick, progress }: PartContext): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (const condition of quick ? CONDITIONS.slice(0, 1) : CONDITIONS) {
    for (const name of quick ? SAID_NAMES.slice(0, 2) : SAID_NAMES) {
      progress(`words: ${recogniser.name}, ${condition}, ${name}`);
      const text = await transcriptOf(name, condition, recogniser, model);
      heard.push({ name, condition, ...wordErrors(SAID[name], text) });
    }
  }
  return heard;
}

/** What `speech` understood of a recording, with a little silence around it. */
export async function transcriptOf(
  name: SaidName,
  condition: SoundCondition,
  recogniser: Recogniser,
  model: VoiceModel,
): Promise<string> {
  const random = new Random(`words/${condition}/${name}`);
  const recording = readRecording(name);
  const level = SPEECH_LEVEL / rms(recording);
  const track = new Float32Array(recording.length + msToSamples(2_500));
  track.set(
    recording.map((sample) => sample * level),
    msToSamples(500),
  );
  const packets = Math.ceil(track.length / msToSamples(PACKET_MS));
  const findings = await hear(
    {
      tracks: { CANDIDATE: overTheLine(track, condition, random.fork('line')), INTERVIEWER: new Int16Array(0) },
      dropped: { CANDIDATE: droppedPackets(packets, condition, random.fork('packets')), INTERVIEWER: new Set() },
    },
    { model, recogniser, log: { warn: failed } },
  );
  return textOf(findings);
}

/** A segment that was not transcribed would count as words that were not heard: that is no figure of the recogniser. */
function failed(...of: unknown[]): never {
  throw new Error(`A segment was not transcribed: ${JSON.stringify(of)}`);
}

const textOf = (findings: readonly Finding[]) =>
  findings.flatMap((finding) => (finding.kind === 'segment' && finding.isFinal ? [finding.text] : [])).join(' ');

const wordCount = (name: SaidName) => wordErrors(SAID[name], '').words;
const percent = (share: number) => `${Math.round(100 * share)} %`;
const rateText = ({ rate, low, high, words: count }: ErrorRate) =>
  count === 0 ? '–' : `${percent(rate)} (${Math.round(100 * low)}–${Math.round(100 * high)})`;
