// One configuration for every workspace: each runs it with its own folder as rootDir (`npm test` there).
import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.tsx?$': ['@swc/jest', { ...swc, swcrc: false }] },
  testTimeout: 30_000,
  // Turbo runs two workspaces at once already.
  maxWorkers: 1,
  reporters: ['default', new URL('infra/local/jest-results.mjs', import.meta.url).pathname],
};
