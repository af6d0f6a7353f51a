/**
 * `npm run codegen`: types and documents of `src/operations/*.graphql`, checked against the graph that is built.
 * What comes out is checked in, so that the client builds without the schema; CI runs this again and compares.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const schemaFolder = new URL('../../schema/', import.meta.url);
const composed = fileURLToPath(new URL('api.graphql', schemaFolder));
const contract = fileURLToPath(new URL('contract/graph.graphql', schemaFolder));

/** @type {import('@graphql-codegen/cli').CodegenConfig} */
export default {
  schema: existsSync(composed) ? composed : contract,
  documents: 'src/operations/*.graphql',
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: { DateTime: 'string', JSON: 'unknown', ID: 'string' },
        strictScalars: true,
        useTypeImports: true,
        importExtension: '.js',
        emitLegacyCommonJSImports: false,
        skipTypename: true,
      },
    },
  },
};
