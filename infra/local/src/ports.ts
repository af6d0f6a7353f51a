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

/** As many different free ports as asked for: all are held until the last is found. */
export async function freePorts(count: number, host = LOOPBACK): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, host)));
  const ports = servers.map((server) => (server.address() as { port: number }).port); // TCP servers have one
  await Promise.all(servers.map(close));
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
