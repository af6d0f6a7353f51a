/**
 * `ml`: what the analysers do on one core and on two, beside their own parts alone; and how many candidates a whole
 * product on two cores carries, at one and two pictures a second, with and without recognition of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchContext, BenchResult } from '../bench.js';
import type { OwnStack } from '../stack.js';
import { type SttProvider, withProduct } from './analysed-product.js';
import { type CandidateScript, loadScript } from './candidate-script.js';
import { type Climb, climb } from './load-ladder.js';
import { targetRows } from './load-targets.js';
import {
  delayRows,
  figuresOf,
  loadRow,
  type MlFigures,
  memoryRows,
  mlNotes,
  type RecogniserFigures,
  rawRows,
} from './ml-tables.js';
import { faceCeilings, rawPictures, rawRecogniser, rawSound } from './raw-rates.js';
import { processCpuMs, processMemoryMb } from './vitals.js';

/** The whole benchmark ends within about this; `--minutes` replaces it. */
const MINUTES = 7.7;
/** Starting a product, and what is measured before its loads. */
const SECOND_PRODUCT_MS = 35_000;
const IDLE_MS = 5000;
const MOST = Number.POSITIVE_INFINITY;

export const ml: Bench = {
  name: 'ml',
  summary: 'frames/s and real-time factors of the analysers, and the candidates that a 2-core machine carries',

  async run(context: BenchContext): Promise<BenchResult> {
    const endMs = Date.now() + (context.minutes ?? MINUTES) * 60_000;
    const script = await loadScript();
    const without = await measureWithout(context, script, endMs);
    const recognisers: RecogniserFigures[] = [];
    const providers: SttProvider[] = process.env['WHISPER_MODEL_DIR'] ? ['whisper', 'pocketsphinx'] : ['pocketsphinx'];
    const climbs = [...without.climbs];
    for (const provider of providers) {
      await withProduct(provider, context.progress, async (stack) => {
        context.progress(`ml: ${provider} alone`);
        const rate = await rawRecogniser(stack, script);
        if (!rate) return context.progress(`  ${provider} is not available here`);
        recognisers.push({ provider, ...rate });
        if (provider !== 'pocketsphinx') return;
        const easier = without.climbs.map(({ climb }) => climb);
        const more = await climbAll(context, { stack, script, provider, endMs, easier });
        climbs.push(...more.map((climb) => ({ provider, climb })));
      });
    }
    return summarise({ ...without, recognisers, climbs });
  },
};

async function measureWithout(context: BenchContext, script: CandidateScript, endMs: number) {
  const provider = 'none';
  return withProduct(provider, context.progress, async (stack) => {
    const idleMemoryMb = memoryOf(stack);
    context.progress('ml: a product without candidates');
    const idleCores = await idleCoresOf(stack);
    context.progress('ml: pictures, on one core, on two, and the parts alone');
    const oneCore = await rawPictures(stack, script, 1);
    const twoCores = await rawPictures(stack, script, 2);
    const ceilings = await faceCeilings();
    context.progress('ml: sound without a recogniser');
    const soundFactor = await rawSound(stack, script);
    const climbsEnd = endMs - SECOND_PRODUCT_MS;
    const climbs = await climbAll(context, { stack, script, provider, endMs: middle(climbsEnd), easier: [] });
    return {
      idleMemoryMb,
      idleCores,
      soundFactor,
      pictures: { oneCore, twoCores, ceilings },
      climbs: climbs.map((climb) => ({ provider: provider as SttProvider, climb })),
    };
  });
}

const middle = (endMs: number) => (Date.now() + endMs) / 2;

function memoryOf(stack: OwnStack): Record<string, number> {
  return Object.fromEntries(
    Object.entries(stack.pids()).map(([service, pid]) => [service, processMemoryMb(service, pid)]),
  );
}

/** What the product takes of the processor while nobody is there: it looks for work, renews and asks. */
async function idleCoresOf(stack: OwnStack): Promise<number> {
  const spent = () => Object.entries(stack.pids()).reduce((sum, [service, pid]) => sum + processCpuMs(service, pid), 0);
  const [before, startMs] = [spent(), performance.now()];
  await sleep(IDLE_MS);
  return (spent() - before) / (performance.now() - startMs);
}

interface ClimbAll {
  stack: OwnStack;
  script: CandidateScript;
  provider: SttProvider;
  endMs: number;
  /** What was carried with less work, by pictures a second: more work carries no more. */
  easier: readonly Climb[];
}

async function climbAll(context: BenchContext, { stack, script, provider, endMs, easier }: ClimbAll): Promise<Climb[]> {
  const done: Climb[] = [];
  for (const picturesPerSecond of [1, 2]) {
    const known = [...done, ...easier.filter((climb) => climb.picturesPerSecond === picturesPerSecond)];
    const atMost = Math.min(...known.map(({ result }) => (result.bounded ? result.most : MOST)));
    const guess = Math.min(10, ...known.map(({ result }) => result.most)) / (known.length > 0 ? 1.5 : 1);
    context.progress(`ml: candidates at ${picturesPerSecond} a second, recogniser: ${provider}`);
    const untilMs = picturesPerSecond === 1 ? middle(endMs) : endMs;
    const { progress } = context;
    done.push(await climb({ stack, script, picturesPerSecond, atMost, guess, untilMs, progress }));
  }
  return done;
}

function summarise(figures: MlFigures): BenchResult {
  const { pictures, climbs } = figures;
  const { oneCore, twoCores, ceilings } = pictures;
  return {
    runs: 1,
    figures: figuresOf(figures),
    ratios: {
      videoToInferenceAlone: round2(oneCore.perSecond / ceilings.inference.perSecond),
      videoToDecodingAlone: round2(oneCore.perSecond / ceilings.decoding.perSecond),
      videoTwoCoresToOne: round2(twoCores.perSecond / oneCore.perSecond),
    },
    rows: climbs.map(({ provider, climb }) => loadRow(provider, climb)),
    tables: [
      { title: 'Targets, on a machine of two cores:', rows: targetRows(climbs) },
      { title: 'Each analyser by itself, with media that are always there:', rows: rawRows(figures) },
      {
        title: 'Delay from capture in ms, p50 / p90 (p50 to the analyser’s publishing), count:',
        rows: delayRows(figures),
      },
      {
        title: 'Memory in MB, models loaded and no candidate yet, and with the candidates of the table above:',
        rows: memoryRows(figures),
      },
    ],
    notes: mlNotes(figures),
    pinned: false,
    faults: climbs.flatMap(({ climb }) =>
      (climb.carried?.load.dead ?? 0) > 0 ? ['entries or results were given up'] : [],
    ),
  };
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
