/**
 * The second half of `npm run codegen`: registers the documents of `src/operations/` with the gateway. Writes
 * `schema/operations/sdk.json`, a manifest in Apollo's form: each document by the SHA-256 of the very text that
 * this client sends.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Kind, print } from 'graphql';
import * as generated from './src/generated/graphql.ts';

const target = new URL('../../schema/operations/sdk.json', import.meta.url);

const operations = Object.values(generated)
  .filter((value) => value?.kind === Kind.DOCUMENT)
  .flatMap((document) => {
    const [operation, ...others] = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
    // Documents of a fragment alone are generated too.
    if (!operation) return [];
    if (others.length > 0 || !operation.name) throw new Error('A document holds one operation, which has a name.');
    const body = print(document);
    const id = createHash('sha256').update(body).digest('hex');
    return [{ id, name: operation.name.value, type: operation.operation, body }];
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));

await mkdir(new URL('.', target), { recursive: true });
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
await writeFile(target, `${JSON.stringify(manifest, undefined, 2)}\n`);
