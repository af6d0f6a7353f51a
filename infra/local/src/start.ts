/** `npm start`: the whole product on this machine, then the demo interview, until it is told to stop. */
import { parseArgs } from 'node:util';
import { dataFolder } from './checkout.js';
import { developmentToken } from './development-token.js';
import { runEntry, stopped } from './entry.js';
import { MissingError } from './missing.js';
import { DEMO, SERVICE_NAMES } from './services.js';
import { type Stack, startStack } from './stack.js';

const HELP = `npm start [-- options]

Installs what is missing, starts PostgreSQL, Redis, the subgraphs, the gateway, the ML services and the dashboard,
migrates, prints "ready", plays the demo interview and stays up. Ctrl-C stops everything.

  --no-demo        do not play the demo interview
  --no-dashboard   do not start the dashboard
  --help           this

Settings are environment variables; the usual ones: PORT (3000), DASHBOARD_PORT (5173), DATABASE_URL and REDIS_URL (servers
of your own instead of those started here), DATA_DIR (.data), HOST (127.0.0.1).
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

runEntry(async (stop) => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const only = SERVICE_NAMES.filter((name) => name !== 'dashboard' || options.dashboard);
  const stack = await startStack({ dataDir: dataFolder(process.env), only, report: say, signal: stop });
  try {
    for (const line of await welcome(stack)) say(line);
    say('ready');
    if (options.demo) {
      const code = await Promise.race([stack.run('demo', DEMO), stopped(stop)]);
      // Ctrl-C in a terminal reaches the demo too.
      if (stop.aborted) say('The demo interview was stopped.');
      else if (code === 0) say('The demo interview is complete. Everything stays up; Ctrl-C stops it.');
      else say(`The demo interview failed (exit code ${code}). Everything stays up.`);
    }
    await stopped(stop);
    say('Stopping');
    return 0;
  } finally {
    await stack.stop();
  }
});

function parseOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      allowNegative: true,
      options: {
        demo: { type: 'boolean', default: true },
        dashboard: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new MissingError(`${(error as Error).message.split('.')[0]}. See "npm start -- --help".`);
  }
}

async function welcome({ urls, env }: Stack): Promise<string[]> {
  const secret = env['JWT_SECRET'] ?? '';
  const lines = [
    `GraphQL    ${urls['gateway']}/graphql   (subscriptions: the same address with ws://)`,
    `GraphiQL   ${urls['gateway']}/graphiql`,
  ];
  if (urls['dashboard']) {
    const token = await developmentToken({ role: 'EMPLOYEE' }, secret);
    lines.push(`Dashboard  ${urls['dashboard']}/#token=${token}`);
  }
  lines.push(
    `Tokens     npm run token -- --role HR   (or ADMIN, EMPLOYEE, CANDIDATE)`,
    `Logs       ${env['DATA_DIR']}/logs`,
    `JWT_SECRET=${secret}   (tokens are signed with it, HS256; set your own for anything but this machine)`,
  );
  return lines;
}
