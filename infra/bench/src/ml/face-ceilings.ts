/**
 * A process of its own: what `video` could do at most, with its own decoder and its own face finder but nothing around
 * them: no stream, no measures, no round. It tells both rates and ends with its parent.
 */
import { HumanFaceFinder } from '@interview/video/human-face-finder';
import { decodePicture } from '@interview/video/picture';
import { loadScript } from './candidate-script.js';

export interface FaceCeilings {
  decoding: Rate;
  inference: Rate;
}
export interface Rate {
  perSecond: number;
  cpuMs: number;
}

/** Of each kind of work; the first quarter is for the compiler. */
const MEASURE_MS = 3000;
/** Decoding runs on threads of its own, so that one picture waits while the next is decoded. */
const AT_ONCE = 2;

async function rateOf(work: (n: number) => Promise<unknown>): Promise<Rate> {
  let n = 0;
  const repeat = async (untilMs: number) => {
    while (performance.now() < untilMs) await work(n++);
  };
  const run = async (ms: number) => {
    const untilMs = performance.now() + ms;
    await Promise.all(Array.from({ length: AT_ONCE }, () => repeat(untilMs)));
  };
  await run(MEASURE_MS / 4);
  const [before, startMs, cpu] = [n, performance.now(), process.cpuUsage()];
  await run(MEASURE_MS);
  const { user, system } = process.cpuUsage(cpu);
  const count = n - before;
  return { perSecond: (count * 1000) / (performance.now() - startMs), cpuMs: (user + system) / 1000 / count };
}

process.on('disconnect', () => process.exit());
const script = await loadScript();
const pictures = Array.from({ length: 5 }, (_, n) => script.pictureAt(n * 1000));
const at = <T>(all: readonly T[], n: number): T => all[n % all.length] as T; // never empty
const decoding = await rateOf((n) => decodePicture(at(pictures, n)));
const decoded = await Promise.all(pictures.map(decodePicture));
const finder = new HumanFaceFinder();
await finder.start();
const inference = await rateOf((n) => finder.find(at(decoded, n).rgb));
await finder.stop();
const ceilings: FaceCeilings = { decoding, inference };
process.send?.(ceilings, () => process.disconnect());
