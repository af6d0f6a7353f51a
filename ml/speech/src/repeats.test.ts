import { findRepeats } from './repeats.js';

/** Words of 200 ms each; a word in brackets is one the recogniser was unsure of. */
function words(text: string) {
  return text.split(' ').map((word, i) => ({
    text: word.replace(/[()]/g, ''),
    startMs: i * 200,
    endMs: i * 200 + 200,
    confidence: word.startsWith('(') ? 0.3 : 0.9,
  }));
}
const found = (text: string) => findRepeats(words(text)).map((repeat) => repeat.text);

test.each([
  ['so we we had a problem', ['we we']],
  ['the the the database', ['the the the']],
  ['in the in the end', ['in the in the']],
  ['i i think it is it is slow', ['i i', 'it is it is']],
])('"%s" has repeats', (text, repeats) => {
  expect(found(text)).toEqual(repeats);
});

test.each([
  'ask not what your country can do for you ask what you can do for your country',
  'i said that that was very very good',
  'call two two zero',
  'so (we) (we) had',
  '',
])('"%s" has none', (text) => {
  expect(found(text)).toEqual([]);
});

test('fillers are no repeats, and neither is what the recogniser does not vouch for', () => {
  expect(found('so um um we had')).toEqual([]);
  expect(findRepeats(words('so we we had').map((word) => ({ ...word, confidence: null })))).toEqual([]);
});

test('a repeat has its time within the segment', () => {
  expect(findRepeats(words('so we we had'))).toEqual([{ at: 1, text: 'we we', startMs: 200, durationMs: 400 }]);
});

test("without the words' times a repeat has none", () => {
  const untimed = words('so we we had').map((word) => ({ ...word, startMs: null, endMs: null }));
  expect(findRepeats(untimed)).toEqual([{ at: 1, text: 'we we', startMs: null, durationMs: null }]);
});
