/** A subgraph answers the gateway and nobody else, whatever it is asked. */
import { once } from 'node:events';
import { signToken } from '@interview/runtime/tokens';
import { INTERNAL_KEY_HEADER, signViewer, VIEWER_HEADER, type Viewer } from '@interview/runtime/viewer';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';

let stack: OwnStack;
let internalKey: string;
let bearer: string;

const viewer: Viewer = {
  id: 'hr',
  email: null,
  role: 'HR',
  companyId: 'company',
  expiresAt: Math.floor(Date.now() / 1000) + 600,
};

beforeAll(async () => {
  stack = await startOwnStack(SUBGRAPHS);
  internalKey = `${stack.env['INTERNAL_API_KEY']}`;
  bearer = await signToken(viewer, { JWT_SECRET: stack.jwtSecret });
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

const ENTITY = '6ecf03a4-3f0c-4f55-9dd6-42bd9c04dd4d';
const QUESTIONS: readonly [string, string][] = [
  ['_service', '{ _service { sdl } }'],
  ['_entities', `{ _entities(representations: [{ __typename: "Round", id: "${ENTITY}" }]) { __typename } }`],
  ['introspection', '{ __schema { types { name } } }'],
];

function post(subgraph: string, query: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${stack.urls[subgraph]}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

describe.each(SUBGRAPHS)('%s, reached directly', (subgraph) => {
  describe.each(QUESTIONS)('and asked for %s', (_name, query) => {
    it('refuses who shows no internal key, with a valid token too', async () => {
      const answer = await post(subgraph, query, { authorization: `Bearer ${bearer}` });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: 'AUTH_REQUIRED' } });
    });

    it('refuses a wrong internal key', async () => {
      const headers = { [INTERNAL_KEY_HEADER]: `${internalKey}x`, [VIEWER_HEADER]: signViewer(viewer, internalKey) };
      expect((await post(subgraph, query, headers)).status).toBe(401);
    });

    it('refuses a viewer that was signed with another key', async () => {
      const forged = signViewer(viewer, 'a key of somebody else, 32 characters long');
      const answer = await post(subgraph, query, { [INTERNAL_KEY_HEADER]: internalKey, [VIEWER_HEADER]: forged });
      expect(answer.status).toBe(401);
    });
  });

  it('answers the gateway', async () => {
    const headers = { [INTERNAL_KEY_HEADER]: internalKey, [VIEWER_HEADER]: signViewer(viewer, internalKey) };
    const answer = await post(subgraph, '{ _service { sdl } }', headers);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ data: { _service: { sdl: expect.stringContaining('type ') } } });
  });

  it.each([
    ['no internal key', {}],
    ['a wrong internal key', { internalKey: 'a key of somebody else, 32 characters long' }],
  ])('closes a WebSocket with %s before anything is answered', async (_what, payload) => {
    const socket = new WebSocket(`${stack.urls[subgraph]}/graphql`.replace('http', 'ws'), 'graphql-transport-ws');
    const messages: string[] = [];
    socket.on('message', (data) => messages.push(String(data)));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    const [code] = await once(socket, 'close');
    expect({ code, messages }).toEqual({ code: 4403, messages: [] });
  });
});
