/**
 * `npm run demo`, `npm run bench` and the like: runs another entry with the settings of the stack that runs on this
 * machine, if one does: `node attach.js <entry> [arguments]`. Settings of the caller win.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dataFolder } from './checkout.js';
import { runEntry, stopped } from './entry.js';
import { MissingError } from './missing.js';
import { runningStack } from './stack-record.js';

runEntry(async (stop) => {
  const [entry, ...args] = process.argv.slice(2);
  if (!entry) throw new MissingError('Name the entry to run: node attach.js <entry> [arguments]');
  const env = { ...runningStack(dataFolder(process.env))?.env, ...process.env };
  const child = spawn(process.execPath, ['--enable-source-maps', entry, ...args], {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  void stopped(stop).then(() => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
});
