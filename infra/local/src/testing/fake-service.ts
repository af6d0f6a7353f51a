/** A small process in the place of one of the product's, for tests of what keeps processes running. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from '../services.js';

/** Listens where a service does, answers healthy, and ends on SIGTERM or when its supervisor is gone. */
const LISTENS = `
import { createServer } from 'node:http';
const server = createServer((_, answer) => answer.end('{"status":"healthy","pid":' + process.pid + '}'));
server.listen(Number(process.env.FAKE_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
`;

/** Ends at once, with a reason in its log as the product's processes write it. */
const FAILS = `
console.error(JSON.stringify({ level: 60, msg: 'could not start', reason: 'Wrong settings: FAKE is required.' }));
process.exit(1);
`;

export function fakeService(name: string, behaviour: 'listens' | 'fails' = 'listens'): Service {
  const entry = join(mkdtempSync(join(tmpdir(), 'fake-service-')), 'main.mjs');
  const portSetting = `${name.toUpperCase()}_PORT`;
  writeFileSync(entry, behaviour === 'fails' ? FAILS : LISTENS.replace('FAKE_PORT', portSetting));
  return { name, entry, portSetting, defaultPort: 0, healthPath: '/health', edge: false, afterMigration: false };
}
