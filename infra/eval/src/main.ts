/**
 * `npm run eval -- PART… [--quick] [--json] [--write docs]`: scores the named parts, all without a name; `--help` lists
 * them. Ends with 1 when a floor is missed.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '@interview/bench/table';
import { CHECKOUT } from '@interview/local/checkout';
import { createLog } from '@interview/runtime/log';
import { SettingsError } from '@interview/runtime/settings';
import { runMain } from '@interview/runtime/stop';
import { judgedFloors, type Part, type PartResult } from './part.js';
import { PARTS } from './parts.js';
import { writeResults } from './written-scores.js';

const print = (text = '') => process.stdout.write(`${text}\n`);
const progress = (text: string) => process.stderr.write(`${text}\n`);
const listed = () => PARTS.map(({ name }) => name).join(', ');

function chosen(names: readonly string[]): readonly Part[] {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) throw new SettingsError(`There is no part ${unknown.join(', ')}; there are ${listed()}.`);
  return names.length === 0 ? PARTS : PARTS.filter(({ name }) => names.includes(name));
}

function show({ name, summary }: Part, { set, floors, tables, notes }: PartResult): void {
  print(`${name}: ${summary}`);
  for (const line of set) print(line);
  for (const { title, rows } of tables) print(`\n${title}\n\n${table(rows)}`);
  print();
  for (const note of notes) print(note);
  for (const floor of floors)
    print(`${floor.state}: ${floor.name}, wanted ${floor.wanted}, measured ${floor.measured}`);
  print();
}

runMain(createLog('eval'), async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print('npm run eval -- PART… [--quick] [--json] [--write docs]');
    for (const { name, summary } of PARTS) print(`  ${name.padEnd(14)} ${summary}`);
    return;
  }
  if (values.quick && values.write !== undefined)
    throw new SettingsError('What --quick scores is not worth writing down.');
  let missed = 0;
  for (const part of chosen(positionals)) {
    const { floors, ...rest } = await part.run({ quick: values.quick, progress });
    const result = { ...rest, floors: judgedFloors(part, floors, values.quick) };
    show(part, result);
    missed += result.floors.filter(({ state }) => state === 'missed').length;
    if (values.write !== undefined) await writeResults(resolve(CHECKOUT, values.write), part, result);
    if (values.json) print(JSON.stringify({ part: part.name, floors: result.floors, figures: result.figures }));
  }
  process.exitCode = missed > 0 ? 1 : 0;
});
