/** Run by `npm run compose`: writes `docs/access.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { accessPage } from './access-page.js';

const FILE = 'docs/access.md';
const path = fileURLToPath(new URL(`../../../${FILE}`, import.meta.url));

function present(): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const page = accessPage();
if (present() !== page) {
  writeFileSync(path, page);
  process.stdout.write(`wrote ${FILE}\n`);
}
