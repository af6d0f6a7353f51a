/**
 * The peers' packages (`infra/bench/peers`): a package of its own that the product never installs, so the benchmark
 * that needs one has it installed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT } from '@interview/local/checkout';
import { MissingError } from '@interview/local/missing';

export const PEERS_FOLDER = join(CHECKOUT, 'infra/bench/peers');
const LOCK = join(PEERS_FOLDER, 'package-lock.json');
/** The lock that was installed, inside node_modules, so that it goes when they go. */
const INSTALLED = join(PEERS_FOLDER, 'node_modules/.installed-lock');

/**
 * Installs the peers when they are missing or other than the lock says.
 * @throws MissingError with one line for a person when that fails.
 */
export async function installPeers(progress: (line: string) => void): Promise<void> {
  const lock = await readFile(LOCK, 'utf8');
  // Not there: nothing is installed yet.
  if ((await readFile(INSTALLED, 'utf8').catch(() => undefined)) === lock) return;
  progress('Installing the peers (npm ci in infra/bench/peers)');
  // Nothing of theirs runs at installation, and stdout is for the figures.
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: PEERS_FOLDER,
    stdio: ['ignore', 2, 'inherit'],
  });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new MissingError('The peers could not be installed: run "npm ci" in infra/bench/peers.');
  await writeFile(INSTALLED, lock);
}
