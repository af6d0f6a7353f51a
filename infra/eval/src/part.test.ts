import { expect, test } from '@jest/globals';
import { type Floor, judgedFloors } from './part.js';
import { PARTS } from './parts.js';

const floor = (state: Floor['state']): Floor => ({ name: 'faces', wanted: 'F1 ≥ 0.95', measured: '–', state });
const statesOf = (alwaysMeasured: boolean, quick: boolean) =>
  judgedFloors({ alwaysMeasured }, [floor('met'), floor('missed'), floor('not measured')], quick).map(
    ({ state }) => state,
  );

test('what was not measured is missed where nothing may be lacking, and only there', () => {
  expect(statesOf(true, false)).toEqual(['met', 'missed', 'missed']);
  expect(statesOf(true, true)).toEqual(['met', 'missed', 'not measured']);
  expect(statesOf(false, false)).toEqual(['met', 'missed', 'not measured']);
});

test('only the recognisers and what rests on a voice may be lacking', () => {
  expect(PARTS.filter(({ alwaysMeasured }) => !alwaysMeasured).map(({ name }) => name)).toEqual(['words', 'voices']);
});
