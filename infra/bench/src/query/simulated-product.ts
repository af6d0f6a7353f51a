/**
 * The process of the simulated subgraphs: all four on one port, each below its name. A question that it knows is
 * answered from memory, so it costs whoever measures gateways as little as it can; a new one is answered by the
 * subgraph's schema first. It checks no keys: what is measured is who asks.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInventor, SUBGRAPHS } from './invented-answers.js';
import { SimulationQuestion, type SimulationReport } from './simulation-report.js';

const inventors = new Map(SUBGRAPHS.map((name) => [`/${name}/graphql`, createInventor(name)]));
const prepared = new Map<string, Buffer>();
let requests = 0;
let lastBodies: SimulationReport['lastBodies'] = {};

const server = createServer((request, response) => {
  const first: Buffer[] = [];
  request.on('data', (chunk: Buffer) => first.push(chunk));
  request.on('end', () => void answer(request, response, Buffer.concat(first).toString('utf8')));
});

async function answer({ url = '' }: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  const invent = inventors.get(url);
  if (!invent) {
    response.writeHead(200).end('{"services":{"database":"up"}}');
    return;
  }
  requests += 1;
  lastBodies[url] = body;
  const key = url + body;
  let json = prepared.get(key);
  if (!json) {
    json = Buffer.from(await invent(body));
    prepared.set(key, json);
  }
  response.writeHead(200, ['content-type', 'application/json', 'content-length', String(json.length)]);
  response.end(json);
}

process.on('message', (message) => {
  SimulationQuestion.parse(message);
  const report: SimulationReport = { kind: 'report', requests, lastBodies };
  process.send?.(report);
  requests = 0;
  lastBodies = {};
});
process.on('disconnect', () => process.exit());
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  // Listening on a port, so the address is not the path of a pipe.
  process.send?.({ kind: 'listening', port: (server.address() as AddressInfo).port });
});
