/**
 * How much a stretch of speech speaks for another voice than the candidate's, from 0 to 1. No measure is enough by
 * itself: each is capped by its weight, and the weights are such that the threshold takes two of them.
 *
 * | measure | none of it up to  | all of it from     | weight |
 * | ------- | ----------------- | ------------------ | ------ |
 * | timbre  | 0.5 deviations    | 0.8 deviations     | 0.6    |
 * | pitch   | 4 semitones off   | 8 semitones off    | 0.6    |
 * | level   | 5 dB below        | 12 dB below        | 0.5    |
 * | lips    | –                 | still              | 0.6    |
 *
 * score = 1 − (1 − timbre)(1 − pitch)(1 − level)(1 − lips), each times its weight; halved where the lips move.
 */
import type { VoiceObservation } from '@interview/schema/messages';
import type { Lips } from './lips.js';
import type { FraudThresholds } from './thresholds.js';

type Rules = FraudThresholds['voice'];
type Own = NonNullable<VoiceObservation['own']>;

export function voiceScore(own: Pick<Own, 'timbre' | 'pitch' | 'level'>, lips: Lips['are'], rules: Rules): number {
  const against =
    (1 - rules.timbre.weight * ramp(own.timbre, rules.timbre)) *
    (1 - rules.pitch.weight * ramp(Math.abs(own.pitch), rules.pitch)) *
    (1 - rules.level.weight * ramp(-own.level, rules.level)) *
    (1 - (lips === 'still' ? rules.stillLipsWeight : 0));
  return (1 - against) * (lips === 'moving' ? rules.movingLipsFactor : 1);
}

/** What the score rests on, for a person: a sentence for each measure that counts. */
export function evidenceOf(own: Pick<Own, 'timbre' | 'pitch' | 'level'>, lips: Lips, rules: Rules): string[] {
  const { timbre, pitch, level } = own;
  const side = (value: number) => (value < 0 ? 'below' : 'above');
  return [
    timbre > rules.timbre.from
      ? `timbre ${timbre.toFixed(2)} deviations from the candidate's own voice (threshold ${rules.timbre.from})`
      : [],
    Math.abs(pitch) > rules.pitch.from
      ? `pitch ${Math.abs(pitch).toFixed(1)} semitones ${side(pitch)} it (threshold ${rules.pitch.from})`
      : [],
    -level > rules.level.from ? `level ${(-level).toFixed(0)} dB below it (threshold ${rules.level.from})` : [],
    lips.are === 'still'
      ? `lips still: their opening varied by ${lips.spread.toFixed(2)} in ${lips.pictures} pictures`
      : [],
  ].flat();
}

/** From 0 at `from` to 1 at `to`. */
const ramp = (value: number, { from, to }: { from: number; to: number }) =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));
