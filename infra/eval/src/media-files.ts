/** Where the pictures and recordings of the set lie: each once in the project, beside the tests or the demo that had it first. */
import { join } from 'node:path';
import { CHECKOUT } from '@interview/local/checkout';

const PICTURES = 'ml/video/fixtures/pictures';
const RECORDINGS = 'ml/speech/fixtures';
const DEMO = 'infra/demo/media';
const OWN = 'infra/eval/media';

const FILES = {
  face_a: `${PICTURES}/face_a.jpg`,
  face_a_pitch20: `${PICTURES}/face_a_synth_pitch20.jpg`,
  face_a_pitchm20: `${PICTURES}/face_a_synth_pitchm20.jpg`,
  face_a_yawp30: `${PICTURES}/face_a_synth_yawp30.jpg`,
  face_b: `${OWN}/face_b.jpg`,
  no_face: `${PICTURES}/no_face.jpg`,
  jfk: `${RECORDINGS}/jfk.wav`,
  librivox: `${RECORDINGS}/librivox_sense_0870.wav`,
  slt_intro: `${RECORDINGS}/tts_slt_intro.wav`,
  slt_answer: `${OWN}/tts_slt_answer.wav`,
  rms_answer: `${OWN}/tts_rms_answer.wav`,
  rms_question_latency: `${DEMO}/question_latency.wav`,
  rms_question_team: `${DEMO}/question_team.wav`,
} as const;

export type MediaName = keyof typeof FILES;

export const mediaFile = (name: MediaName): string => join(CHECKOUT, FILES[name]);
