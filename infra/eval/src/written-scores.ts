/**
 * Puts scores into docs/evaluation.md: between the markers `<!-- eval:NAME -->` and `<!-- /eval:NAME -->`. The same set gives the same
 * text: there is no date and no time in it. What people have written outside of the markers stays.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '@interview/bench/table';
import { SettingsError } from '@interview/runtime/settings';
import type { Floor, Part, PartResult } from './part.js';

const DOCUMENT = 'evaluation.md';

/** @param folder the documents' folder @throws SettingsError when the document lacks the markers */
export async function writeResults(folder: string, { name }: Pick<Part, 'name'>, result: PartResult): Promise<void> {
  const path = join(folder, DOCUMENT);
  const before = await readFile(path, 'utf8');
  await writeFile(path, between(before, name, sectionOf(result)));
}

/** The text with what stands between the markers of that name replaced. @throws SettingsError without them */
export function between(text: string, name: string, content: string): string {
  const [opening, closing] = [`<!-- eval:${name} -->`, `<!-- /eval:${name} -->`];
  const start = text.indexOf(opening);
  const end = text.indexOf(closing, start);
  if (start < 0 || end < 0) throw new SettingsError(`${DOCUMENT} has no ${opening} … ${closing} to write into.`);
  return `${text.slice(0, start + opening.length)}\n${content}\n${text.slice(end)}`;
}

export function sectionOf({ set, floors, tables, notes }: PartResult): string {
  const parts = [
    set.join('\n'),
    ...(floors.length > 0 ? [markdownTable(floors.map(floorRow))] : []),
    ...tables.flatMap(({ title, rows }) => [`**${title}**`, markdownTable(rows)]),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ];
  return `\n${parts.join('\n\n')}\n`;
}

const floorRow = ({ name, wanted, measured, state }: Floor) => ({
  name,
  cells: { floor: wanted, measured, '': state },
});
