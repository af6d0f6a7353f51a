import { describe, expect, test } from '@jest/globals';
import { ANALYSED, processorsFrom, whereItTravels } from './consent-wording';

describe('what a candidate is told before they agree', () => {
  const told = ANALYSED.map(({ what, how }) => `${what} ${how}`).join('\n');

  test.each([
    ['turning speech into text', /sound is turned into text/],
    ['pauses, pace, latency', /Pauses, pace and how long an answer takes to begin/],
    ['RESPONSE_QUALITY', /compared with the question/],
    ['RESUME_CONTRADICTION', /with your resume/],
    ['FACE_ABSENT, MULTIPLE_FACES', /whether there is one face/],
    ['FACE_SWITCH', /face is compared with the face at the start/],
    ['descriptors of the face', /measure of your face is kept in memory for this round only/],
    ['BACKGROUND_VOICE', /compared with your own of the first seconds, to notice other voices in the room/],
    ['descriptors of the voice', /measure of your voice is kept in memory for this round only/],
    ['the opening of the mouth', /lips: whether they move/],
    ['ENGAGEMENT, HEAD_MOVEMENT', /facing the screen, and how often the head moves/],
    ['TAB_SWITCH', /in front or hidden/],
  ])('names %s', (_measure, words) => {
    expect(told).toMatch(words);
  });

  test('says that services may process it, by the names that the company sets', () => {
    const processors = processorsFrom({ ANALYSIS_PROCESSORS: ' Deepgram, Example Models Ltd ,,' });
    expect(processors).toEqual(['Deepgram', 'Example Models Ltd']);
    expect(whereItTravels(processors)).toMatch(
      /your sound and your resume may be processed by services that the company runs or has contracted\. The company names: Deepgram and Example Models Ltd\./,
    );
  });

  test.each([{}, { ANALYSIS_PROCESSORS: '' }, { ANALYSIS_PROCESSORS: ' , ' }])(
    'does not say that nobody else does where no name is set (%j)',
    (env) => {
      expect(processorsFrom(env)).toEqual([]);
      expect(whereItTravels([])).toMatch(/or has contracted\. The company tells you their names\./);
    },
  );
});
