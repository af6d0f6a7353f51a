/**
 * `npm test`: every test, unit to browser, against a PostgreSQL and a Redis of its own in a temporary folder. The
 * end-to-end tests run after the others, because they start whole stacks and measure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CHECKOUT, cacheFolder } from './checkout.js';
import { prepareChromium } from './chromium.js';
import { prepareClamav } from './clamav.js';
import { startDatabases } from './databases.js';
import { runEntry, stopped } from './entry.js';
import { createGuard } from './guard.js';
import { preparePocketsphinx } from './pocketsphinx.js';
import { createSupervisor } from './supervisor.js';
import { clearTotals, sumTotals, testedWorkspaces, totalsLines } from './test-totals.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const END_TO_END = '@interview/e2e';

runEntry(async (stop) => {
  const args = process.argv.slice(2);
  const dataDir = mkdtempSync(join(tmpdir(), 'interview-test-'));
  const guard = createGuard([dataDir]);
  const supervisor = createSupervisor({ logFolder: join(dataDir, 'logs'), guard, report: say });
  try {
    const fetching = { cache: cacheFolder(process.env), report: say, signal: stop };
    const databases = await startDatabases({ ...fetching, dataDir, given: {}, supervisor });
    const recogniser = await preparePocketsphinx(fetching);
    const scanner = await prepareClamav(fetching);
    const chromium = await prepareChromium(fetching);
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...databases,
      ...recogniser,
      ...scanner,
      ...librariesOf(recogniser, scanner),
      ...(chromium ? { CHROMIUM_PATH: chromium } : {}),
    };
    const folders = testedWorkspaces(CHECKOUT);
    clearTotals(folders);
    const first = await turbo([`--filter=!${END_TO_END}`, ...args], env, stop);
    const second = stop.aborted ? 1 : await turbo([`--filter=${END_TO_END}`, ...args], env, stop);
    if (stop.aborted) return 130;
    const totals = sumTotals(folders, CHECKOUT);
    for (const line of totalsLines(totals)) say(line);
    return totals.failed === 0 && first === 0 && second === 0 ? 0 : 1;
  } finally {
    await supervisor.stop();
    await guard.release();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** What was unpacked lies in folders of its own, each for the linker to search. */
function librariesOf(...software: ({ LD_LIBRARY_PATH?: string } | undefined)[]): { LD_LIBRARY_PATH?: string } {
  const folders = software.flatMap((one) => one?.LD_LIBRARY_PATH ?? []);
  return folders.length > 0 ? { LD_LIBRARY_PATH: folders.join(delimiter) } : {};
}

async function turbo(args: string[], env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<number> {
  const flags = ['--continue=always', '--concurrency=2', '--output-logs=errors-only', '--log-order=grouped'];
  const child = spawn(join(CHECKOUT, 'node_modules/.bin/turbo'), ['run', 'test', ...flags, ...args], {
    cwd: CHECKOUT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(child, 'exit');
  void stopped(stop).then(() => child.kill('SIGTERM'));
  const [code] = await ended;
  return typeof code === 'number' ? code : 1;
}
