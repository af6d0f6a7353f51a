import { SettingsError } from '@interview/runtime/settings';
import { chooseRecogniser } from './recogniser-choice.js';

test('a provider that is not built in stops the start, and the message names those that are', () => {
  expect(() => chooseRecogniser({ STT_PROVIDER: 'telepathy' })).toThrow(SettingsError);
  expect(() => chooseRecogniser({ STT_PROVIDER: 'telepathy' })).toThrow(
    'STT_PROVIDER must be one of pocketsphinx, none',
  );
});

test('none turns the transcript off', () => {
  expect(chooseRecogniser({ STT_PROVIDER: 'none' })).toEqual({ missing: 'STT_PROVIDER is none' });
});

test('a recogniser that is not there is no reason to stop', () => {
  expect(chooseRecogniser({ POCKETSPHINX_LIBRARY: '/nowhere' })).toMatchObject({
    missing: expect.stringContaining('/nowhere was not found'),
  });
});
