import { findPocketsphinx } from './pocketsphinx-files.js';

const MODEL = ['en-us', 'en-us.lm.bin', 'cmudict-en-us.dict'];
const only = (paths: string[]) => (path: string) => paths.includes(path);

test('an installed package is found in its multiarch folder', () => {
  const share = '/usr/share/pocketsphinx/model/en-us';
  const there = ['/usr/lib/aarch64-linux-gnu/libpocketsphinx.so.3', share, ...MODEL.map((f) => `${share}/${f}`)];
  expect(findPocketsphinx({}, only(there), 'arm64')).toEqual({
    library: '/usr/lib/aarch64-linux-gnu/libpocketsphinx.so.3',
    base: 'libsphinxbase.so.3',
    dependencies: [],
    acousticModel: `${share}/en-us`,
    languageModel: `${share}/en-us.lm.bin`,
    dictionary: `${share}/cmudict-en-us.dict`,
  });
});

test('an unpacked package is found by its settings, with what it needs beside it', () => {
  const there = [
    ...['libpocketsphinx.so.3', 'libsphinxbase.so.3', 'blas/libblas.so.3', 'libgfortran.so.5'].map(
      (f) => `/x/lib/${f}`,
    ),
    ...MODEL.map((f) => `/x/model/${f}`),
  ];
  const env = { POCKETSPHINX_LIBRARY: '/x/lib/libpocketsphinx.so.3', POCKETSPHINX_MODEL_DIR: '/x/model' };
  expect(findPocketsphinx(env, only(there))).toMatchObject({
    base: '/x/lib/libsphinxbase.so.3',
    dependencies: ['/x/lib/libgfortran.so.5', '/x/lib/blas/libblas.so.3'],
  });
});

test.each([
  ['no library', {}, [], 'libpocketsphinx.so.3 was not found: install libpocketsphinx3 or set POCKETSPHINX_LIBRARY'],
  ['a wrong library', { POCKETSPHINX_LIBRARY: '/no' }, [], '/no was not found: install libpocketsphinx3'],
  [
    'half a model',
    { POCKETSPHINX_LIBRARY: '/lib', POCKETSPHINX_MODEL_DIR: '/m' },
    ['/lib', '/m/en-us', '/m/en-us.lm.bin'],
    '/m/cmudict-en-us.dict was not found: install pocketsphinx-en-us',
  ],
])('%s is said in a sentence', (_, env, there, sentence) => {
  expect(findPocketsphinx(env, only(there))).toContain(sentence);
});
