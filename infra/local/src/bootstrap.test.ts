import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHECKOUT } from './checkout.js';

/** Notes when it begins and ends; ends once the file `go` is there. What it "installs" is a Node and a turbo. */
const NPM = `#!/bin/sh
echo "npm begins" >> notes
while [ ! -e go ]; do sleep 0.02; done
rm -rf node_modules; mkdir -p node_modules/.bin
ln -s '${process.execPath}' node_modules/.bin/node
printf '#!/bin/sh\\necho "turbo $2" >> notes\\n' > node_modules/.bin/turbo
chmod +x node_modules/.bin/turbo
echo '{"packages":{}}' > node_modules/.package-lock.json
echo "npm ends" >> notes
`;

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  mkdirSync(join(checkout, 'infra/local'), { recursive: true });
  mkdirSync(join(checkout, 'tools'));
  copyFileSync(join(CHECKOUT, 'infra/local/bootstrap.mjs'), join(checkout, 'infra/local/bootstrap.mjs'));
  for (const file of ['turbo.json', '.swcrc', 'tsconfig.base.json']) writeFileSync(join(checkout, file), '{}');
  writeFileSync(join(checkout, 'package.json'), '{"workspaces":[]}');
  writeFileSync(join(checkout, 'package-lock.json'), '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
  writeFileSync(join(checkout, 'tools/npm'), NPM);
  writeFileSync(join(checkout, 'notes'), '');
  chmodSync(join(checkout, 'tools/npm'), 0o755);
});

afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function bootstrap(): ChildProcess {
  const env = { ...process.env, PATH: `${join(checkout, 'tools')}${delimiter}${process.env['PATH']}` };
  return spawn(process.execPath, [join(checkout, 'infra/local/bootstrap.mjs'), 'build'], { env, stdio: 'ignore' });
}

const notes = () => readFileSync(join(checkout, 'notes'), 'utf8').trim().split('\n').filter(Boolean);
const letNpmGo = () => writeFileSync(join(checkout, 'go'), '');

/** Resolves once that was noted. */
async function noted(line: string): Promise<void> {
  const changes = watch(join(checkout, 'notes'));
  try {
    while (!notes().includes(line)) await once(changes, 'change');
  } finally {
    changes.close();
  }
}

describe('the bootstrap', () => {
  it('installs and builds once when two commands begin together', async () => {
    const ends = [bootstrap(), bootstrap()].map((child) => once(child, 'exit'));
    await noted('npm begins');
    letNpmGo();
    expect(await Promise.all(ends)).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(notes()).toEqual(['npm begins', 'npm ends', 'turbo build']);
  });

  it('waits for the installation that a killed command left running, and then goes on', async () => {
    const first = bootstrap();
    await noted('npm begins');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = once(bootstrap(), 'exit');
    letNpmGo();
    expect(await second).toEqual([0, null]);
    // Its own npm never began while the other's ran, nor was one needed.
    expect(notes().filter((line) => line.startsWith('npm'))).toEqual(['npm begins', 'npm ends']);
  });

  it('does nothing the second time, until a source changes', async () => {
    letNpmGo();
    await once(bootstrap(), 'exit');
    await once(bootstrap(), 'exit');
    expect(notes()).toEqual(['npm begins', 'npm ends', 'turbo build']);
    writeFileSync(join(checkout, 'turbo.json'), '{"changed":true}');
    await once(bootstrap(), 'exit');
    expect(notes()).toEqual(['npm begins', 'npm ends', 'turbo build', 'turbo build']);
    expect(existsSync(join(checkout, 'node_modules/.installed-lock'))).toBe(true);
  });
});
