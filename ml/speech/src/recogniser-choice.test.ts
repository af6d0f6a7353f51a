import { SettingsError } from '@interview/runtime/settings';
import { chooseRecognisers, type RecogniserSettings } from './recogniser-choice.js';

/** What is not configured may be installed on the machine. */
const nowhere = { POCKETSPHINX_LIBRARY: '/nowhere' };
const names = (env: RecogniserSettings) => {
  const chosen = chooseRecognisers({ ...nowhere, ...env });
  return 'missing' in chosen ? chosen.missing : chosen.map(({ name }) => name);
};
const DEEPGRAM = { DEEPGRAM_API_KEY: 'a-key' };
const WHISPER = { WHISPER_MODEL_DIR: '/models/base.en' };

test('what is configured is asked, the best first', () => {
  expect(names({ ...DEEPGRAM, ...WHISPER })).toEqual(['deepgram', 'whisper']);
  expect(names(WHISPER)).toEqual(['whisper']);
});

test('the one that is named is asked first, and none before it', () => {
  expect(names({ ...DEEPGRAM, ...WHISPER, STT_PROVIDER: 'whisper' })).toEqual(['whisper']);
  expect(names({ ...DEEPGRAM, ...WHISPER, STT_PROVIDER: 'deepgram' })).toEqual(['deepgram', 'whisper']);
});

test('none turns the transcript off, whatever is configured', () => {
  expect(names({ ...DEEPGRAM, STT_PROVIDER: 'none' })).toBe('STT_PROVIDER is none');
});

test('that there is none is no reason to stop, and says why', () => {
  expect(names({})).toContain('/nowhere was not found');
});

test.each(['wss://api.eu.deepgram.com', 'ws://localhost:8080', 'ws://127.0.0.1:8080', 'ws://[::1]:8080/base'])(
  'Deepgram may be at %s',
  (url) => expect(names({ ...DEEPGRAM, DEEPGRAM_URL: url })).toEqual(['deepgram']),
);

test.each<readonly [RecogniserSettings, string]>([
  [{ STT_PROVIDER: 'telepathy' }, 'STT_PROVIDER must be one of deepgram, whisper, pocketsphinx, none'],
  [{ STT_PROVIDER: 'deepgram' }, 'STT_PROVIDER is deepgram, but DEEPGRAM_API_KEY is not set'],
  [{ STT_PROVIDER: 'whisper' }, 'STT_PROVIDER is whisper, but WHISPER_MODEL_DIR is not set'],
  [{ POCKETSPHINX_THREADS: '0' }, 'POCKETSPHINX_THREADS must be a whole number from 1 to 16'],
  [{ DEEPGRAM_API_KEY: 'a-key\u2026' }, 'DEEPGRAM_API_KEY must consist of printable ASCII characters'],
  [{ DEEPGRAM_API_KEY: 'a\nkey' }, 'DEEPGRAM_API_KEY must consist of printable ASCII characters'],
  ...[
    'deepgram',
    'https://api.deepgram.com',
    'ws://api.deepgram.com',
    'ws://127.0.0.1.example',
    'ws://localhost.example',
    'wss://api.deepgram.com/#eu',
    'wss://api.deepgram.com?model=other',
  ].map((url) => [{ ...DEEPGRAM, DEEPGRAM_URL: url }, 'DEEPGRAM_URL must be a wss:// address'] as const),
])('wrong settings stop the start, with a sentence: %o', (env, sentence) => {
  expect(() => names(env)).toThrow(SettingsError);
  expect(() => names(env)).toThrow(sentence);
});
