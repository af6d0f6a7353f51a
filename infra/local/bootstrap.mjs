/**
 * The first thing that every npm script runs, in a fresh clone too: plain JavaScript without dependencies, for Node 20.
 * Installs when node_modules does not match package-lock.json, builds when a source changed, and hands over to the
 * pinned Node 24. Two at once (`npm test` beside `npm start`) wait for each other.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const STATE = join(CHECKOUT, '.cache');
const BUILT = join(STATE, 'built');
const LOCK = join(CHECKOUT, 'package-lock.json');
/** Inside node_modules, so that it goes when they go. */
const INSTALLED = join(CHECKOUT, 'node_modules/.installed-lock');
const BIN = join(CHECKOUT, 'node_modules/.bin');
const LOCAL = 'infra/local/dist';
/** What is made from sources, and so is none. */
const OUTPUTS = new Set(['node_modules', 'dist', '.next', '.turbo', '.data', '.cache', 'coverage', 'next-env.d.ts']);

/** Each command: what it needs first, and the Node entry or the program that does it. */
const COMMANDS = {
  start: { build: true, node: [`${LOCAL}/start.js`] },
  test: { build: true, node: [`${LOCAL}/run-tests.js`] },
  token: { build: true, node: [`${LOCAL}/token.js`] },
  demo: { build: true, node: [`${LOCAL}/attach.js`, 'infra/demo/dist/main.js'] },
  bench: { build: true, node: [`${LOCAL}/attach.js`, 'infra/bench/dist/main.js'] },
  eval: { build: true, node: ['infra/eval/dist/main.js'] },
  models: { build: true, node: [`${LOCAL}/models.js`] },
  audit: { build: true, node: [`${LOCAL}/attach.js`, 'infra/database/dist/verify-audit.js'] },
  fuzz: { build: true, node: ['infra/e2e/dist/fuzz/main.js'] },
  build: { build: true },
  typecheck: { program: 'turbo', args: ['run', 'typecheck'] },
  lint: { program: 'turbo', args: ['run', 'lint:code', 'lint:direction', 'lint:unused', '--continue=always'] },
  codegen: { program: 'turbo', args: ['run', 'codegen'] },
  compose: { build: true, program: 'turbo', args: ['run', 'compose'] },
};

/** Set for everything that is started from here. */
const ENVIRONMENT = {
  ...process.env,
  PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
  // The runtime for the CPU is inside its package; its install script would fetch one for graphics cards.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  // npm's notes on packages and settings are for those who maintain them.
  npm_config_loglevel: process.env.npm_config_loglevel ?? 'error',
  TURBO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  APOLLO_TELEMETRY_DISABLED: '1',
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (name === '--prepare') prepare(args[0] === 'build');
else if (command) await main(command, args);
else fail(`There is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}.`);

async function main({ build = false, node, program, args: fixed = [] }, args) {
  if (!isInstalled() || (build && !isBuilt())) prepareAlone(build);
  const end = node
    ? run(join(BIN, 'node'), [...node.map((part) => (part.includes('/') ? join(CHECKOUT, part) : part)), ...args], true)
    : program
      ? run(join(BIN, program), [...fixed, ...args], false)
      : 0;
  process.exit(await end);
}

/** Runs to its end, passing signals on. @returns its exit code. */
function run(file, args, channel) {
  const child = spawn(file, args, {
    cwd: CHECKOUT,
    env: ENVIRONMENT,
    // With a channel the child notices when this process is killed.
    stdio: channel ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(() => child.kill('SIGTERM'));
  return new Promise((done) => {
    child.once('error', (error) => fail(`${file} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => done(code ?? (signal ? 1 : 0)));
  });
}

/** npm that was killed cannot pass a signal on; that it is gone shows in whose child we are, or the shell that it uses is. */
function stopWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = statusOf(process.ppid, 'cmdline').includes('bootstrap.mjs') ? process.ppid : undefined;
  const parents = () => `${process.ppid} ${shell && /^PPid:.*$/m.exec(statusOf(shell, 'status'))}`;
  const before = parents();
  setInterval(() => parents() !== before && stop(), 500).unref();
}

function statusOf(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended, or this system has no /proc.
    return '';
  }
}

/**
 * Installs and builds under a lock of the kernel's, held by flock(1) and by whatever it runs: it ends with the last of
 * them, so a kill leaves neither a stale lock nor an installation that somebody else then disturbs.
 */
function prepareAlone(build) {
  mkdirSync(STATE, { recursive: true });
  const step = [process.execPath, fileURLToPath(import.meta.url), '--prepare', build ? 'build' : 'install'];
  const { status, signal, error } = spawnSync('flock', [join(STATE, 'preparation'), ...step], {
    cwd: CHECKOUT,
    env: ENVIRONMENT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) fail('The program flock is missing: install util-linux.');
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0));
}

function prepare(build) {
  if (!isInstalled()) {
    console.error('Installing dependencies (npm ci)');
    step('npm', ['ci', '--no-audit', '--no-fund'], 'The dependencies could not be installed');
    if (!existsSync(join(BIN, 'node'))) fail(`There is no Node 24 for ${process.platform} on ${process.arch}.`);
    writeFileSync(INSTALLED, lockDigest());
  }
  if (build && !isBuilt()) {
    console.error('Building');
    rmSync(BUILT, { force: true });
    // Taken before: what changes while it builds is built the next time.
    const before = fingerprint();
    step('turbo', ['run', 'build', '--output-logs=errors-only', '--log-order=grouped'], 'The build failed');
    writeFileSync(BUILT, before);
  }
}

function step(program, args, failure) {
  const { status } = spawnSync(program, args, {
    cwd: CHECKOUT,
    env: ENVIRONMENT,
    // stdout is for what the command itself answers, e.g. a token.
    stdio: ['ignore', 2, 'inherit'],
  });
  if (status !== 0) fail(`${failure}: see the messages above.`);
}

/**
 * Whether node_modules is what package-lock.json says: the lock has not changed since our last `npm ci`, or, where a
 * developer ran npm by hand, npm's own record of what it installed has all that the lock wants for this platform.
 */
function isInstalled() {
  const record = join(CHECKOUT, 'node_modules/.package-lock.json');
  if (!existsSync(record) || !existsSync(join(BIN, 'node'))) return false;
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === lockDigest()) return true;
  const wanted = JSON.parse(readFileSync(LOCK, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    if (!found) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(LOCK)).digest('hex');
}

function isBuilt() {
  return existsSync(BUILT) && workspaces().every(hasOutput) && readFileSync(BUILT, 'utf8') === fingerprint();
}

/** Changes with every source: its path, size and time. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'turbo.json', '.swcrc', 'tsconfig.base.json'])
    note(hash, join(CHECKOUT, file));
  for (const folder of workspaces()) walk(hash, folder);
  return hash.digest('hex');
}

function hasOutput(folder) {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return !scripts.build || existsSync(join(folder, 'dist')) || existsSync(join(folder, '.next'));
}

function workspaces() {
  const { workspaces } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [join(CHECKOUT, pattern)];
      const parent = join(CHECKOUT, pattern.slice(0, -2));
      return existsSync(parent) ? readdirSync(parent).map((child) => join(parent, child)) : [];
    })
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .sort();
}

function walk(hash, folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (OUTPUTS.has(entry.name) || /\.test\.tsx?$|\.tsbuildinfo$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(hash, path);
    else note(hash, path);
  }
}

function note(hash, path) {
  const { size, mtimeMs } = statSync(path);
  hash.update(`${path} ${size} ${mtimeMs}\n`);
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
