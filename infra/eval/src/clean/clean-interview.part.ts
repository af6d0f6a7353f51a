/**
 * Ten minutes of interview in which nothing happens: two candidates who speak and move as people do. Whatever is told above
 * LOW is a false alarm against a person.
 */
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { contradictionsIn } from '@interview/nlp/contradictions/contradictions';
import { cleanAnswers, labelledResumes } from '@interview/nlp/testing/labelled-statements';
import type { Recogniser } from '@interview/speech/recogniser';
import { loadSileroVad, type VoiceModel } from '@interview/speech/silero-vad';
import { fraudFindings } from '../fraud-side.js';
import type { Floor, Part } from '../part.js';
import { takePicture } from '../pictures/camera.js';
import { type Picture, Sway } from '../pictures/camera-feed.js';
import { Watcher } from '../pictures/face-observations.js';
import type { PersonName, View } from '../pictures/person.js';
import { makeRoom } from '../pictures/room.js';
import { Random } from '../random.js';
import { BEGIN_MS } from '../rounds.js';
import type { Label } from '../scoring/match.js';
import { type Conversation, composeConversation, USUAL_PLAN } from '../sound/conversation.js';
import { overTheLine } from '../sound/line.js';
import { hear } from '../sound/listener.js';
import { availableRecognisers } from '../sound/recognisers.js';
import { lipsApart } from '../sound/talking-face.js';
import type { VoiceName } from '../sound/voices.js';
import { inOrder, voiceEntries } from '../sound/voices.part.js';
import { SAID_NAMES, transcriptOf } from '../sound/words.part.js';
import { RESUME_OF_THE_SPEAKER } from './speakers-resume.js';

interface CleanInterview {
  person: PersonName;
  candidate: VoiceName;
  interviewer: VoiceName;
}

const INTERVIEWS: readonly CleanInterview[] = [
  { person: 'A', candidate: 'slt', interviewer: 'rms' },
  { person: 'B', candidate: 'librivox', interviewer: 'rms' },
];
/** Of each; the floor speaks of ten minutes together. */
const LENGTH_MS = 302_000;
const TURN_MS = 20_000;

export const clean: Part = {
  name: 'clean',
  summary: 'alerts above LOW in ten minutes of clean interview',
  alwaysMeasured: true,
  async run({ quick, progress }) {
    const [model, watcher] = [await loadSileroVad(), new Watcher()];
    const { recognisers } = await availableRecognisers(process.env, progress);
    await watcher.start();
    try {
      const told: Finding[] = [];
      let minutes = 0;
      for (const interview of quick ? INTERVIEWS.slice(0, 1) : INTERVIEWS) {
        progress(`clean: candidate ${interview.person}`);
        const held = await hold(interview, quick ? 40_000 : LENGTH_MS, model, watcher);
        minutes += held.lengthMs / 60_000;
        told.push(...held.findings);
      }
      const spoken = await contradictionsOf(recognisers[0], model, quick);
      const answers = cleanAnswers();
      const written = writtenContradictions(answers);
      const compared = [...spoken, ...written];
      const insights = told.flatMap((finding) => (finding.kind === 'insight' ? [finding] : []));
      const alerts = [
        ...insights.map(({ type, severity, atMs, explanation }) => ({
          severity,
          line: `${type} ${severity} at ${((atMs - BEGIN_MS) / 1000).toFixed(0)} s: ${explanation}`,
        })),
        ...compared.map(({ severity, explanation }) => ({
          severity,
          line: `RESUME_CONTRADICTION ${severity}: ${explanation}`,
        })),
      ].filter(({ severity }) => severity !== 'INFO' && severity !== 'LOW');
      const types = [...new Set(insights.map(({ type }) => type))].toSorted();
      return {
        set: [`${minutes.toFixed(1)} minutes of two candidates, one picture a second, both voices throughout.`],
        floors: [floorOf(alerts.length, minutes, quick)],
        tables: [
          {
            title: 'What was told',
            rows: types.map((type) => ({
              name: type,
              cells: {
                insights: String(insights.filter((one) => one.type === type).length),
                'above LOW': String(
                  insights.filter((one) => one.type === type && one.severity !== 'INFO' && one.severity !== 'LOW')
                    .length,
                ),
              },
            })),
          },
        ],
        notes: [
          ...alerts.map(({ line }) => line),
          recognisers[0]
            ? `What ${recognisers[0].name} understood of the recordings, and what is really said in them, was compared with the resume of who says it: ${spoken.length} contradictions.`
            : 'No recogniser: contradictions were looked for in what is really said only.',
          `${answers.length} long written answers that fit their resumes (ml/nlp/fixtures/clean-answers.json), ${answers.reduce((sum, { segments }) => sum + segments.length, 0)} segments: ${written.length} contradictions.`,
        ],
        figures: { minutes, alertsAboveLow: alerts.length },
      };
    } finally {
      await Promise.all(recognisers.map((recogniser) => recogniser.stop()));
      await watcher.stop();
      await model.close();
    }
  },
};

const floorOf = (alerts: number, minutes: number, quick: boolean): Floor => ({
  name: 'clean interview',
  wanted: 'no alert above LOW in 10 minutes',
  measured: `${alerts} in ${minutes.toFixed(1)} minutes`,
  state: alerts > 0 ? 'missed' : minutes >= 10 ? 'met' : quick ? 'not measured' : 'missed',
});

async function hold(
  { person, candidate, interviewer }: CleanInterview,
  leastMs: number,
  model: VoiceModel,
  watcher: Watcher,
): Promise<{ findings: Finding[]; lengthMs: number }> {
  const random = new Random(`clean/${person}`);
  const conversation = longEnough({ candidate, interviewer }, leastMs, random);
  const line = (speaker: 'CANDIDATE' | 'INTERVIEWER') =>
    overTheLine(conversation.tracks[speaker], 'clean', random.fork(`line of ${speaker}`));
  const nothing = new Set<number>();
  const [heard, seen] = await Promise.all([
    hear(
      {
        tracks: { CANDIDATE: line('CANDIDATE'), INTERVIEWER: line('INTERVIEWER') },
        dropped: { CANDIDATE: nothing, INTERVIEWER: nothing },
      },
      { model, recogniser: { missing: 'words are scored apart' }, log: { warn: () => undefined } },
    ),
    watcher.watch(picturesOf(person, conversation, random.fork('pictures'))),
  ]);
  const faces = seen.pictures.map(({ id, observation }): StreamEntry => ({ stream: 'faces', id, entry: observation }));
  const weighed = await fraudFindings(inOrder([...faces, ...voiceEntries(heard)]), {
    endedAtMs: BEGIN_MS + conversation.lengthMs,
  });
  return { findings: [...heard, ...seen.findings, ...weighed], lengthMs: conversation.lengthMs };
}

function longEnough(
  who: Pick<CleanInterview, 'candidate' | 'interviewer'>,
  leastMs: number,
  random: Random,
): Conversation {
  for (let turns = Math.ceil(leastMs / TURN_MS); ; turns++) {
    const conversation = composeConversation({ ...USUAL_PLAN, ...who, turns }, random.fork('conversation'));
    if (conversation.lengthMs >= leastMs) return conversation;
  }
}

/** One picture a second; the lips move while the candidate speaks, the head always does a little. */
async function* picturesOf(
  person: PersonName,
  { spoken, lengthMs }: Conversation,
  random: Random,
): AsyncGenerator<Picture> {
  const room = await makeRoom(random.fork('room'));
  const sway = new Sway(random.fork('sway'));
  const views = random.fork('views');
  const lips = random.fork('lips');
  const noise = random.fork('noise');
  const optics = { light: 1, noise: 2, blur: 0, width: 640, jpegQuality: 75, mirrored: false };
  for (let atMs = 0; atMs < lengthMs; atMs += 1000) {
    const view = viewAt(atMs, spoken, views, lips);
    const placed = { person, view, ...sway.at(atMs, { x: 0.5, y: 0.48, faceShare: 0.48 }) };
    yield { atMs, jpeg: await takePicture(room, [placed], optics, noise) };
  }
}

function viewAt(atMs: number, spoken: readonly Label[], views: Random, lips: Random): View {
  const draw = views.next();
  if (draw < 0.04) return 'up';
  if (draw < 0.08) return 'down';
  if (draw < 0.12) return 'turned';
  const speaking = spoken.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return lipsApart(speaking, lips) ? 'talking' : 'portrait';
}

/** Long answers that fit the resume they are compared with, as `ml/nlp` has them for its tests. */
function writtenContradictions(answers: ReturnType<typeof cleanAnswers>) {
  const { readAt, resumes } = labelledResumes();
  return answers.flatMap(({ resume: name, segments }) => {
    const resume = resumes[name];
    if (!resume) throw new Error(`a clean answer names a resume that is not there: ${name}`);
    const run = segments.map((text, at) => ({ id: `${at}`, text, confidence: 1 }));
    return contradictionsIn(run, resume, new Date(readAt));
  });
}

/** The candidate's own words against the candidate's own resume, as they were said and as they were understood. */
async function contradictionsOf(recogniser: Recogniser | undefined, model: VoiceModel, quick: boolean) {
  const { resume, readAt, said } = RESUME_OF_THE_SPEAKER;
  const texts: string[] = [...said];
  if (recogniser && !quick) {
    for (const name of SAID_NAMES.filter((one) => one.startsWith('slt'))) {
      texts.push(await transcriptOf(name, 'clean', recogniser, model));
    }
  }
  return texts.flatMap((text, at) => contradictionsIn([{ id: `s${at}`, text, confidence: 1 }], resume, readAt));
}
