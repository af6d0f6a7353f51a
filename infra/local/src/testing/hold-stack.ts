/**
 * A process that starts a stack of one fake service with its databases and then only holds it, so that a test can kill
 * it: `node hold-stack.js <data folder> <service as JSON>`. Prints the process numbers once all is up.
 */
import { runEntry, stopped } from '../entry.js';
import type { Service } from '../services.js';
import { startStack } from '../stack.js';

runEntry(async (stop) => {
  const [dataDir = '', service = ''] = process.argv.slice(2);
  const services: Service[] = [JSON.parse(service)]; // written by the test just before
  const stack = await startStack({ dataDir, ports: 'free', services, migration: null, signal: stop });
  process.stdout.write(`${JSON.stringify(stack.pids())}\n`);
  await stopped(stop);
  await stack.stop();
  return 0;
});
