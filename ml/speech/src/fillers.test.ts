import { findFillers } from './fillers.js';

/** Words of 200 ms each; a word in brackets is one the recogniser was unsure of. */
function words(text: string) {
  return text.split(' ').map((word, i) => ({
    text: word.replace(/[()]/g, ''),
    startMs: i * 200,
    endMs: i * 200 + 200,
    confidence: word.startsWith('(') ? 0.3 : 0.9,
  }));
}

test('each run of fillers has its text and its time', () => {
  expect(findFillers(words('um so i uh um profiled it'))).toEqual([
    { at: 0, text: 'um', startMs: 0, durationMs: 200 },
    { at: 3, text: 'uh um', startMs: 600, durationMs: 400 },
  ]);
});

test.each(['mhmm yes', 'uh-huh i did', 'so (um) we had', 'the umbrella', ''])('"%s" has none', (text) => {
  expect(findFillers(words(text))).toEqual([]);
});

test('a filler whose time is not told has none', () => {
  const [um] = words('um');
  expect(um && findFillers([{ ...um, startMs: null, endMs: null }])).toEqual([
    { at: 0, text: 'um', startMs: null, durationMs: null },
  ]);
});
