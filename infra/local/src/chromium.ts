/** The browser of the browser tests; nothing else needs one. */
import { type DebianOptions, hasApt, install, isRoot } from './debian.js';
import { isExecutable, onPath } from './run-command.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** @returns the browser's path, or undefined after a line that says what to install. */
export async function prepareChromium(options: DebianOptions): Promise<string | undefined> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (isExecutable(given)) return given;
    options.report(`CHROMIUM_PATH names ${given}, which is not a program.`);
    return undefined;
  }
  const installed = find();
  if (installed) return installed;
  let reason = 'needs root';
  if (isRoot() && hasApt()) {
    try {
      await install(['chromium'], options);
      return find();
    } catch (error) {
      options.signal?.throwIfAborted();
      reason = (error as Error).message;
    }
  }
  options.report(`There is no browser for the browser tests: install chromium, or set CHROMIUM_PATH (${reason}).`);
  return undefined;
}

const find = () =>
  ['/usr/bin/chromium', ...NAMES.map((name) => onPath(name))].find((path) => path && isExecutable(path));
