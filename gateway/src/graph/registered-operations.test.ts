import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse, specifiedRules, validate } from 'graphql';
import { loadGatewaySettings } from '../settings.js';
import { checkCost } from './cost.js';
import { LIMITS, withinLimits } from './limits.js';
import { createRegisteredOperations, readManifests } from './registered-operations.js';

const schemaFolder = new URL('../../../schema/', import.meta.url);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the operations that are checked in', () => {
  it('are valid, and within every limit', async () => {
    const documents = await readManifests(fileURLToPath(new URL('operations/', schemaFolder)));
    const schema = buildSchema(await readFile(new URL('api.graphql', schemaFolder), 'utf8'));
    const { MAX_OPERATION_COST } = loadGatewaySettings({ REDIS_URL: 'redis://localhost' });
    expect(documents.size).toBeGreaterThan(10);
    for (const text of documents.values()) {
      const document = parse(text, { maxTokens: LIMITS.tokens });
      expect(validate(schema, document, [withinLimits, ...specifiedRules])).toEqual([]);
      const operation = getOperationAST(document);
      if (!operation) throw new Error(`No operation in ${text}`);
      checkCost(schema, document, operation, { first: 500 }, MAX_OPERATION_COST);
    }
  });
});

describe('a manifest', () => {
  const folderWith = async (content: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'operations-'));
    await writeFile(join(folder, 'partner.json'), content);
    return folder;
  };
  const manifest = (id: string) =>
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id, name: 'Me', type: 'query', body: '{ viewer { id } }' }],
    });

  it('is read by the hashes of its documents', async () => {
    const id = sha256('{ viewer { id } }');
    expect([...(await readManifests(await folderWith(manifest(id))))]).toEqual([[id, '{ viewer { id } }']]);
  });
  it('is refused with the name of the operation whose id is not its hash', async () => {
    const folder = await folderWith(manifest('a'.repeat(64)));
    await expect(readManifests(folder)).rejects.toThrow(/partner\.json: the id of Me is not the SHA-256/);
  });
  it.each(['{', '[]', '{"format":"another","version":1,"operations":[]}'])('is refused as %s', async (content) => {
    await expect(readManifests(await folderWith(content))).rejects.toThrow(/partner\.json is no manifest/);
  });
});

describe('a request that names its document', () => {
  const text = 'query Me { viewer { id } }';
  const registered = createRegisteredOperations({
    documents: new Map([[sha256(text), text]]),
    policy: 'only',
    introspection: true,
  });
  const named = (sha256Hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });

  it('by its hash gets it', () => {
    expect(registered.documentOf({ query: '', extensions: named(sha256(text)) })).toBe(text);
    expect(registered.documentOf({ extensions: named(sha256(text)) })).toBe(text);
  });
  it('by a hash that nobody registered is told so as clients of the protocol expect', () => {
    const ask = () => registered.documentOf({ extensions: named(sha256('{ broken }')) });
    expect(ask).toThrow('PersistedQueryNotFound');
    expect(ask).toThrow(expect.objectContaining({ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }));
  });
  it.each([
    ['a short hash', named('abc')],
    ['no hash', named(undefined)],
    ['a list', named([sha256(text)])],
    ['another version', named(sha256(text), 2)],
    ['no object', { persistedQuery: 'x' }],
  ])('by %s is refused with the place', (_what, extensions) => {
    const at = { path: expect.stringContaining('extensions.persistedQuery'), message: expect.any(String) };
    expect(() => registered.documentOf({ extensions })).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', details: [at] }),
    );
  });
  it('by the hash of another one is refused', () => {
    expect(() => registered.documentOf({ query: '{ broken }', extensions: named(sha256(text)) })).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });

  it('whole passes where it is registered, or asks about the schema alone', () => {
    const admit = (document: string) => () => registered.admit(document, parse(document));
    expect(admit(text)).not.toThrow();
    expect(admit('{ __schema { types { name } } }')).not.toThrow();
    expect(admit('{ viewer { id } }')).toThrow(/Only registered operations/);
    expect(admit('{ __typename viewer { id } }')).toThrow(/Only registered operations/);
    expect(admit('{ __typename ...F } fragment F on Query { viewer { id } }')).toThrow(/Only registered operations/);
  });
});
