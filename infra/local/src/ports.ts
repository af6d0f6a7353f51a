/** TCP ports of this machine: which are taken, and which are free to be given out. */
import { createServer, type Server } from 'node:net';
import { MissingError } from './missing.js';

const LOOPBACK = '127.0.0.1';

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** @returns whether a server could listen there now. @throws what listening says, other than that it is taken. */
export async function isFree(port: number, host = LOOPBACK): Promise<boolean> {
  try {
    await close(await listen(port, host));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/**
 * Where free ports are looked for: below those that Linux (32768 to 60999) and macOS (from 49152) give to outgoing
 * connections, one of which could take a port between its being found and its being listened on.
 */
const [FIRST, AFTER_LAST] = [20_000, 32_000];
/** Processes that look at the same time begin at different places, and none gives a port out twice. */
let next = (process.pid * 61) % (AFTER_LAST - FIRST);

/** As many different free ports as asked for. @throws when there are not that many. */
export async function freePorts(count: number, host = LOOPBACK): Promise<number[]> {
  const ports: number[] = [];
  for (let looked = 0; ports.length < count && looked < AFTER_LAST - FIRST; looked++) {
    const port = FIRST + next;
    next = (next + 1) % (AFTER_LAST - FIRST);
    if (await isFree(port, host)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`There are no ${count} free ports from ${FIRST} to ${AFTER_LAST - 1}.`);
  return ports;
}

export async function freePort(host = LOOPBACK): Promise<number> {
  const [port] = await freePorts(1, host);
  if (port === undefined) throw new Error('No free port was found.');
  return port;
}

/** @throws MissingError that names each taken port with the setting that moves it. */
export async function requireFree(
  wanted: readonly { name: string; setting: string; port: number }[],
  host = LOOPBACK,
): Promise<void> {
  const taken: string[] = [];
  for (const { name, setting, port } of wanted) {
    if (!(await isFree(port, host))) taken.push(`port ${port} (${name}, setting ${setting})`);
  }
  if (taken.length > 0) {
    throw new MissingError(`Already in use: ${taken.join(', ')}. Stop what listens there, or set another port.`);
  }
}
