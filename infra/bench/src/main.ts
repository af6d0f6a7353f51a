/**
 * `npm run bench -- NAME… [--json] [--unpinned] [--minutes N] [--write docs]`: runs the named benchmarks; without a name
 * all but those that take very long. `--help` lists them.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKOUT } from '@interview/local/checkout';
import { MissingError } from '@interview/local/missing';
import { StartError } from '@interview/local/supervisor';
import { createLog } from '@interview/runtime/log';
import { SettingsError } from '@interview/runtime/settings';
import { createProcessStopper, runMain } from '@interview/runtime/stop';
import type { Bench, BenchResult } from './bench.js';
import { BENCHES } from './benches.js';
import { FeedFault } from './feeds/crowd.js';
import { describeMachine, pinServersAndClient } from './machine.js';
import { benchStack, type Stack } from './stack.js';
import { rowsOf, table } from './table.js';
import { writeResult } from './written-results.js';

const print = (text = '') => process.stdout.write(`${text}\n`);
const progress = (text: string) => process.stderr.write(`${text}\n`);

function chosen(names: readonly string[]): readonly Bench[] {
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new SettingsError(`There is no benchmark ${unknown.join(', ')}; there are ${listed()}.`);
  }
  return names.length === 0
    ? BENCHES.filter((bench) => !bench.onlyWhenNamed)
    : BENCHES.filter((bench) => names.includes(bench.name));
}

/** @throws SettingsError for what is no length of time */
function minutesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const minutes = Number(text);
  if (!(minutes >= 0.5 && minutes <= 24 * 60)) {
    throw new SettingsError('--minutes must be a number between 0.5 and 1440.');
  }
  return minutes;
}

const listed = () => BENCHES.map((bench) => bench.name).join(', ');

function show(bench: Bench, result: BenchResult): void {
  print(`${bench.name}: ${bench.summary}`);
  print();
  print(table(result.rows));
  print();
  for (const { title, rows } of result.tables ?? []) {
    print(title);
    print();
    print(table(rows));
    print();
  }
  for (const [name, ratio] of Object.entries(result.ratios)) print(`ratio ${name}: ${ratio}`);
  for (const note of result.notes) print(note);
  for (const fault of result.faults) print(`Wrong: ${fault}`);
  print();
  for (const curve of result.curves ?? []) {
    print(`${curve.title}: ${curve.yLabel}`);
    print();
    print(table(rowsOf(curve)));
    print();
  }
}

/** One running product for all benchmarks of the command; none where no benchmark asks for it. */
class SharedProduct {
  pinned = false;
  private starting: Promise<Stack> | undefined;

  /** @param pin whether servers and client get cores of their own, where that can be had. */
  constructor(private readonly pin: boolean) {}

  stack(): Promise<Stack> {
    this.starting ??= this.start();
    return this.starting;
  }

  async stop(): Promise<void> {
    // One that could not start has told so already, and has stopped itself.
    const [started] = await Promise.allSettled([this.starting]);
    if (started.status === 'fulfilled') await started.value?.stop();
  }

  private async start(): Promise<Stack> {
    progress('starting the product');
    const stack = await benchStack(progress);
    this.pinned = this.pin && stack.own && pinServersAndClient();
    return stack;
  }
}

const log = createLog('bench');

runMain(log, async () => {
  try {
    await runBenches();
  } catch (error) {
    // What a person can mend is told in one line.
    const wrong = error instanceof FeedFault;
    const mendable = error instanceof SettingsError || error instanceof MissingError || error instanceof StartError;
    if (!(wrong || mendable)) throw error;
    process.stderr.write(`${wrong ? 'Wrong: ' : ''}${error.message}\n`);
    process.exitCode = 1;
  }
});

async function runBenches(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      unpinned: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print('npm run bench -- NAME… [--json] [--unpinned] [--minutes N] [--write docs]');
    for (const bench of BENCHES) {
      print(`  ${bench.name.padEnd(10)} ${bench.summary}${bench.onlyWhenNamed ? ' (only when named)' : ''}`);
    }
    return;
  }
  const benches = chosen(positionals);
  const product = new SharedProduct(!values.unpinned);
  const stopper = createProcessStopper(log);
  stopper.onStop('the product', () => product.stop());
  const minutes = minutesOf(values.minutes);
  const context = { stack: () => product.stack(), pin: !values.unpinned, minutes, progress };
  let faults = 0;
  try {
    for (const bench of benches) {
      const result = await bench.run(context);
      const machine = describeMachine(result.pinned ?? product.pinned);
      faults += result.faults.length;
      show(bench, result);
      print(
        `Machine: ${Object.entries(machine)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}`,
      );
      if (values.write !== undefined)
        await writeResult(resolve(CHECKOUT, values.write), bench, result, machine, new Date());
      const { figures, ratios, runs } = result;
      if (values.json) print(JSON.stringify({ bench: bench.name, machine, figures, ratios, runs }));
    }
  } finally {
    await stopper.stop();
  }
  process.exitCode = faults > 0 ? 1 : 0;
}
