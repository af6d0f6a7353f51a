/** `npm run models -- whisper-base.en`: fetches a model, and prints the setting that makes it used, alone on stdout. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from './checkout.js';
import { runEntry } from './entry.js';
import { MissingError } from './missing.js';
import { fetchModel } from './model-download.js';
import { MODELS } from './whisper-models.js';

const HELP = `npm run models -- NAME [--dir FOLDER]

Fetches a model for speech recognition and prints the setting that makes it used. It is kept in FOLDER/NAME, by
default in the user's cache. Needs the internet once; MODELS_URL names a mirror of https://huggingface.co.

${[...MODELS].map(([name, { megabytes }]) => `  ${name.padEnd(18)} ${megabytes} MB`).join('\n')}
`;

runEntry(async (signal) => {
  const { name, help, folder } = parse(process.argv.slice(2));
  if (help || name === undefined) {
    process.stdout.write(HELP);
    return help ? 0 : 1;
  }
  const model = MODELS.get(name);
  if (!model) throw new MissingError(`There is no model "${name}"; there are ${[...MODELS.keys()].join(', ')}.`);
  const url = process.env['MODELS_URL'] || 'https://huggingface.co';
  // Each file is checked against its checksum, so a mirror needs no TLS.
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new MissingError('Wrong settings: MODELS_URL must be an http:// or https:// address.');
  }
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const place = await fetchModel(name, model, { url, folder, report, signal });
  process.stdout.write(`WHISPER_MODEL_DIR=${place}\n`);
  return 0;
});

function parse(args: string[]) {
  const options = { dir: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const folder = resolve(values.dir ?? join(cacheFolder(process.env), 'models'));
    return { name: positionals[0], help: values.help, folder };
  } catch (error) {
    throw new MissingError(`${(error as Error).message.split('.')[0]}. See "npm run models -- --help".`);
  }
}
