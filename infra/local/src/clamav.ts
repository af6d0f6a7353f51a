/**
 * ClamAV's daemon, for the test of the malware scan: Debian's clamav-daemon, unpacked. Of its database of signatures
 * nothing is fetched; the test brings one of its own.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DebianOptions, hasApt, unpack } from './debian.js';
import { onPath } from './run-command.js';

export interface Scanner {
  CLAMD_BINARY: string;
  LD_LIBRARY_PATH?: string;
}

const PACKAGE = 'clamav-daemon';

/** @returns undefined, after a line that says what to install, when this machine cannot have it. */
export async function prepareClamav(options: DebianOptions): Promise<Scanner | undefined> {
  const given = process.env['CLAMD_BINARY'] ?? onPath('clamd') ?? ['/usr/sbin/clamd'].find((path) => existsSync(path));
  if (given) return { CLAMD_BINARY: given };
  let reason = 'this system has no apt-get';
  if (hasApt()) {
    try {
      const { root, libraryPath } = await unpack([PACKAGE], options);
      const binary = join(root, 'usr/sbin/clamd');
      if (existsSync(binary)) return { CLAMD_BINARY: binary, LD_LIBRARY_PATH: libraryPath };
      reason = 'its package holds no clamd';
    } catch (error) {
      options.signal?.throwIfAborted();
      reason = (error as Error).message;
    }
  }
  options.report(`The malware scan is tested without ClamAV: install ${PACKAGE} (${reason}).`);
  return undefined;
}
