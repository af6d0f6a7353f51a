/** Documents that are named by their hash: what goes over the wire, and that the gateway has them registered. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Kind } from 'graphql';
import { createInterviewClient, type InterviewClient } from './client.js';
import { inspectDocument } from './documents.js';
import * as operations from './operations.js';

const { ViewerDocument, JoinRoundDocument } = operations;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hashOf = (document: Parameters<typeof inspectDocument>[0]) => sha256(inspectDocument(document).text);

describe('the manifest of registered operations', () => {
  test('names every document of the client by the hash of the text that it sends', () => {
    const manifest: unknown = JSON.parse(
      readFileSync(new URL('../../../schema/operations/sdk.json', import.meta.url), 'utf8'),
    );
    const documents = Object.values(operations).filter((d) => d.definitions[0]?.kind === Kind.OPERATION_DEFINITION);
    const expected = documents.map((document) => {
      const { text, operationName, kind } = inspectDocument(document);
      return { id: sha256(text), name: operationName, type: kind, body: text };
    });
    expect(manifest).toMatchObject({ format: 'apollo-persisted-query-manifest', version: 1 });
    expect((manifest as { operations: { id: string }[] }).operations).toHaveLength(expected.length);
    expect(manifest).toMatchObject({ operations: expect.arrayContaining(expected) });
  });
});

describe('a client that sends hashes', () => {
  const sent: { query?: string; extensions?: { persistedQuery: { sha256Hash: string } }; variables?: unknown }[] = [];
  let client: InterviewClient;
  afterEach(async () => {
    sent.length = 0;
    await client.close();
  });

  /** @param known hashes that the gateway has registered */
  const connect = (known: readonly string[], hashes?: boolean) => {
    client = createInterviewClient({
      url: 'http://gateway.example/graphql',
      token: 'token',
      ...(hashes === undefined ? {} : { hashes }),
      fetch: async (_url, init) => {
        const body = JSON.parse(String(init?.body));
        sent.push(body);
        const unknown = body.query === undefined && !known.includes(body.extensions.persistedQuery.sha256Hash);
        const error = { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } };
        return Response.json(unknown ? { errors: [error] } : { data: { viewer: null, joinRound: null } });
      },
    });
  };

  test('sends nothing else of what is registered', async () => {
    connect([hashOf(JoinRoundDocument)], true);
    await client.mutate(JoinRoundDocument, { id: 'r' });
    const persistedQuery = { version: 1, sha256Hash: hashOf(JoinRoundDocument) };
    expect(sent).toEqual([{ operationName: 'JoinRound', variables: { id: 'r' }, extensions: { persistedQuery } }]);
  });

  test('sends the text of what is not, and from then on at once', async () => {
    connect([], true);
    await client.query(ViewerDocument);
    await client.query(ViewerDocument);
    expect(sent.map((body) => body.query !== undefined)).toEqual([false, true, true]);
  });

  test('is one that was asked to', async () => {
    connect([hashOf(ViewerDocument)]);
    await client.query(ViewerDocument);
    expect(sent).toEqual([{ query: inspectDocument(ViewerDocument).text, operationName: 'Viewer' }]);
  });
});
