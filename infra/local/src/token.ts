/** `npm run token -- --role HR`: prints a signed development token, alone on stdout. */
import { parseArgs } from 'node:util';
import { loadSettings } from '@interview/runtime/settings';
import { dataFolder } from './checkout.js';
import { developmentToken } from './development-token.js';
import { runEntry } from './entry.js';
import { MissingError } from './missing.js';
import { runningStack } from './stack-record.js';

const HELP = `npm run token -- --role HR|ADMIN|EMPLOYEE|CANDIDATE [--sub ID] [--company ID] [--email ADDRESS] [--ttl SECONDS]

Signs with JWT_SECRET: that of the running "npm start", else of the environment, else the development default.
`;

runEntry(async () => {
  const values = parse(process.argv.slice(2));
  if (values.help || !values.role) {
    process.stdout.write(HELP);
    return values.help ? 0 : 1;
  }
  const ttl = values.ttl === undefined ? undefined : Number(values.ttl);
  if (ttl !== undefined && !Number.isFinite(ttl)) throw new MissingError('--ttl is a number of seconds.');
  const secret =
    runningStack(dataFolder(process.env))?.env['JWT_SECRET'] ?? loadSettings(['JWT_SECRET'], process.env).JWT_SECRET;
  process.stdout.write(`${await developmentToken({ ...values, role: values.role, ttl }, secret)}\n`);
  return 0;
});

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { role: text, sub: text, company: text, email: text, ttl: text, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new MissingError(`${(error as Error).message.split('.')[0]}. See "npm run token -- --help".`);
  }
}
