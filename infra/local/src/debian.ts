/**
 * Software from Debian's and Ubuntu's archives. Without root: packages with everything they need that this system
 * lacks are downloaded by apt (which checks signatures) and unpacked into the cache; nothing is installed and no
 * service is started. As root, where that fails, and for what must be installed: apt-get install.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onPath, run } from './run-command.js';

export interface Unpacked {
  /** The folder that stands for `/`. */
  root: string;
  /** For LD_LIBRARY_PATH of programs from there. */
  libraryPath: string;
}

export interface DebianOptions {
  cache: string;
  /** Told what is being done, a line each: downloads take seconds. */
  report: (line: string) => void;
  signal?: AbortSignal | undefined;
}

const APT_LIMIT_MS = 180_000;

export const isRoot = (): boolean => process.getuid?.() === 0;
export const hasApt = (): boolean => onPath('apt-get') !== undefined && onPath('dpkg-deb') !== undefined;

/**
 * Downloads and unpacks; the second time it only looks into the cache. Several processes may do so at once: each
 * works in a folder of its own, and the first to finish moves it into place.
 * @throws CommandError when the archive cannot be reached or does not have a package.
 */
export async function unpack(packages: readonly string[], options: DebianOptions): Promise<Unpacked> {
  const shelf = join(options.cache, 'debian', `${release()}-${process.arch}`);
  const root = join(shelf, packages.join('+'));
  if (!existsSync(root)) {
    options.report(`Fetching ${packages.join(', ')} from the system's package archive (unpacked, not installed)`);
    mkdirSync(shelf, { recursive: true });
    const work = mkdtempSync(join(shelf, '.work-'));
    try {
      const archives = await download(packages, shelf, work, options);
      const fresh = join(work, 'root');
      mkdirSync(fresh);
      for (const archive of archives) await run('dpkg-deb', ['--extract', archive, fresh], options);
      if (!existsSync(root)) moveIntoPlace(fresh, root);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return { root, libraryPath: libraryFolders(root).join(delimiter) };
}

/** @returns the paths of the .deb files of the packages and of all they need that is not installed here. */
async function download(
  packages: readonly string[],
  shelf: string,
  work: string,
  options: DebianOptions,
): Promise<string[]> {
  const cache = join(work, 'cache');
  mkdirSync(join(cache, 'archives/partial'), { recursive: true });
  const lists = join(shelf, '.lists');
  // apt would fetch as its own user, who cannot write into our folders; its lock needs root.
  const common = ['-q', '-o', 'Debug::NoLocking=true', '-o', `Dir::Cache=${cache}`, '-o', 'APT::Sandbox::User=root'];
  const own = [...common, '-o', `Dir::State::lists=${lists}`];
  const fetch = (settings: readonly string[]) =>
    run(
      'apt-get',
      [...settings, 'install', '--yes', '--download-only', '--reinstall', '--no-install-recommends', ...packages],
      { limitMs: APT_LIMIT_MS, signal: options.signal },
    );
  try {
    await fetch(common);
  } catch {
    // The system's lists are missing (a bare image) or out of date; lists of our own need no root.
    options.signal?.throwIfAborted();
    mkdirSync(join(lists, 'partial'), { recursive: true });
    await run('apt-get', [...own, 'update'], { limitMs: APT_LIMIT_MS, signal: options.signal });
    await fetch(own);
  }
  const archives = join(cache, 'archives');
  return readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(archives, file));
}

/** Installs as root. @throws CommandError */
export async function install(packages: readonly string[], options: DebianOptions): Promise<void> {
  options.report(`Installing ${packages.join(', ')} (apt-get install)`);
  const limits = { limitMs: 2 * APT_LIMIT_MS, signal: options.signal };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['-q', 'install', '--yes', '--no-install-recommends', ...packages], { ...limits, env });
  try {
    await install();
  } catch {
    // No lists yet, or old ones that name versions which are gone.
    options.signal?.throwIfAborted();
    await run('apt-get', ['-q', 'update'], limits);
    await install();
  }
}

function moveIntoPlace(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // Another process was first; what it put there is the same.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Every folder with a shared library: some, like liblapack's, are in none that the linker searches by itself. */
function libraryFolders(root: string): string[] {
  const libraries = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => !entry.isDirectory() && /\.so(\.\d+)*$/.test(entry.name),
  );
  return [...new Set(libraries.map((entry) => entry.parentPath))].toSorted(
    (a, b) => a.split('/').length - b.split('/').length,
  );
}

/** The system's release: libraries of one do not fit another, and a home may be shared by both. */
function release(): string {
  const file = '/etc/os-release';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? 'unknown';
  return `${field('ID')}-${field('VERSION_ID')}`.replaceAll(/[^\w.-]/g, '_');
}

/** Finds a file in an unpacked root, or on the system when `root` is `/`. */
export function findLibrary(root: string, file: string): string | undefined {
  const base = join(root, 'usr/lib');
  if (!existsSync(base)) return undefined;
  const triplets = readdirSync(base, { withFileTypes: true }).filter((e) => e.isDirectory() && e.name.includes('-'));
  return [base, ...triplets.map((t) => join(base, t.name))]
    .map((folder) => join(folder, file))
    .find((path) => existsSync(path));
}
