/** The token attacks on a gateway that takes asymmetric keys from JWT_JWKS_URL. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { askGraph, startTestGateway, TEST_JWT_SECRET, type TestGateway } from '../testing/test-gateway.js';

const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const CLAIMS = { sub: 'helen', role: 'ADMIN', companyId: 'acme', exp: Math.floor(Date.now() / 1000) + 3600 };
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function rs256(key: KeyObject, header: object = {}): string {
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'issuer-1', ...header })}.${part(CLAIMS)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
function hs256(secret: string, header: object = {}): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid: 'issuer-1', ...header })}.${part(CLAIMS)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

describe('a token for a gateway with asymmetric keys', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let issuerServer: Server;
  let attackerServer: Server;
  let askedOfAttacker = 0;

  const serveKeys = async (keys: object[], asked = () => {}) => {
    const server = createServer((_request, response) => {
      asked();
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  const attackerJwk = { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'issuer-1', alg: 'RS256' };

  beforeAll(async () => {
    const own = { ...issuer.publicKey.export({ format: 'jwk' }), kid: 'issuer-1', alg: 'RS256', use: 'sig' };
    issuerServer = await serveKeys([own]);
    attackerServer = await serveKeys([attackerJwk], () => askedOfAttacker++);
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { JWT_JWKS_URL: urlOf(issuerServer) });
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
    for (const server of [issuerServer, attackerServer]) server.close().closeAllConnections();
  });

  const ask = (token: string) => askGraph(gateway, '{ viewer { id } }', { authorization: `Bearer ${token}` });

  it('is taken when the issuer signed it', async () => {
    expect((await ask(rs256(issuer.privateKey))).status).toBe(200);
  });

  const attacks: [string, () => string][] = [
    ['HS256 by the issuer’s public key', () => hs256(publicPem)],
    ['HS256 by the public key without its last line break', () => hs256(publicPem.trim())],
    ['HS256 by the secret that is set too', () => hs256(TEST_JWT_SECRET)],
    ['alg none', () => `${part({ alg: 'none', kid: 'issuer-1' })}.${part(CLAIMS)}.`],
    ['another key under the issuer’s kid', () => rs256(attacker.privateKey)],
    ['a kid that climbs', () => rs256(attacker.privateKey, { kid: '../../../../dev/null' })],
    ['a kid that asks a database', () => rs256(attacker.privateKey, { kid: "' UNION SELECT 'key" })],
    ['jku of the attacker', () => rs256(attacker.privateKey, { jku: urlOf(attackerServer) })],
    ['x5u of the attacker', () => rs256(attacker.privateKey, { x5u: urlOf(attackerServer) })],
    ['embedded jwk', () => rs256(attacker.privateKey, { jwk: attackerJwk })],
    ['a certificate of its own', () => rs256(attacker.privateKey, { x5c: [Buffer.from('x').toString('base64')] })],
  ];
  it.each(attacks)('is refused: %s', async (_attack, forge) => {
    const { status, body } = await ask(forge());
    expect([status, body.errors?.[0]?.extensions]).toEqual([401, { code: 'INVALID_TOKEN' }]);
    expect(askedOfAttacker).toBe(0);
  });
});
