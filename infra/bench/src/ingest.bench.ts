/**
 * `ingest`: media messages taken in a second, from candidates' Socket.IO connections through the gateway into Redis,
 * each acknowledged; beside Redis alone and a Socket.IO server that only receives.
 */
import { Redis } from 'ioredis';
import type { Bench, BenchContext, BenchResult, Row } from './bench.js';
import { cpuTimeMs } from './machine.js';
import { rawAppends, startSink } from './media-ceilings.js';
import { connectSender, type MediaKind, type MediaSender } from './media-sender.js';
import { roundInProgress } from './round-in-progress.js';
import type { Stack } from './stack.js';
import { median } from './statistics.js';

const RUNS = 5;
const TARGET_PER_SECOND = 20_000;
const CANDIDATES = 50;
/** A candidate may have this many messages unanswered. */
const WINDOW = 8;

/** A tenth of a second of sound, as the product's page sends it; and a picture of 640 by 480. */
const MEDIA: Readonly<Record<MediaKind, Buffer>> = {
  audio: Buffer.alloc(3200, 1),
  frame: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(30 * 1024 - 4, 1)]),
};

interface Setting {
  kind: MediaKind;
  candidates: number;
  count: number;
}

/** Each candidate stays within what a person may send at once (media-budget.ts). */
const SETTINGS: readonly Setting[] = [
  { kind: 'audio', candidates: 1, count: 500 },
  { kind: 'audio', candidates: 10, count: 2000 },
  { kind: 'audio', candidates: CANDIDATES, count: 5000 },
  { kind: 'frame', candidates: 10, count: 300 },
  { kind: 'frame', candidates: CANDIDATES, count: 1000 },
];

/** Messages a second, and for each CPU-second of the server. */
interface Rate {
  perSecond: number;
  perCpuSecond: number | undefined;
}

export const ingest: Bench = {
  name: 'ingest',
  summary: 'media messages taken a second, beside Redis alone and a Socket.IO server that only receives',

  async run(context: BenchContext): Promise<BenchResult> {
    const stack = await context.stack();
    const redis = new Redis(stack.redisUrl);
    const sink = await startSink(stack.own);
    const gateway = await connectAll(stack, originOf(stack.socketUrl));
    const sinking = await connectAll(stack, sink.origin);
    const rates = new Map<string, Rate[]>();
    const add = (name: string, rate: Rate) => void rates.set(name, [...(rates.get(name) ?? []), rate]);
    try {
      for (let run = 0; run <= RUNS; run++) {
        context.progress(run === 0 ? 'ingest: warming up' : `ingest: run ${run} of ${RUNS}`);
        const measured: [string, Rate][] = [];
        for (const setting of SETTINGS) {
          measured.push([nameOf('gateway', setting), await rateOf(gateway, setting, () => gatewayCpu(stack))]);
        }
        for (const setting of SETTINGS.filter(({ candidates }) => candidates === CANDIDATES)) {
          measured.push([nameOf('sink', setting), await rateOf(sinking, setting, sink.cpuMs)]);
          const raw = { media: MEDIA[setting.kind], count: setting.count, rounds: CANDIDATES };
          measured.push([
            nameOf('redis', setting),
            { perSecond: await rawAppends(redis, raw), perCpuSecond: undefined },
          ]);
        }
        // The first one is for the compiler.
        if (run > 0) for (const [name, rate] of measured) add(name, rate);
      }
      return summarise(rates);
    } finally {
      for (const sender of [...gateway, ...sinking]) sender.close();
      await sink.stop();
      redis.disconnect();
    }
  },
};

const nameOf = (subject: string, { kind, candidates }: Setting) => `${subject} ${kind} ${candidates}`;

function gatewayCpu(stack: Stack): number | undefined {
  const { gateway } = stack.pids();
  return gateway === undefined ? undefined : cpuTimeMs(gateway);
}

function originOf(socketUrl: string): string {
  const { protocol, host } = new URL(socketUrl);
  return `${protocol}//${host}`;
}

/** A candidate in each of as many rounds. */
async function connectAll(stack: Stack, origin: string): Promise<MediaSender[]> {
  const senders: MediaSender[] = [];
  while (senders.length < CANDIDATES) {
    const { id, candidateToken } = await roundInProgress(stack);
    senders.push(await connectSender({ origin, roundId: id, token: candidateToken }));
  }
  return senders;
}

async function rateOf(all: MediaSender[], setting: Setting, cpuMs: () => number | undefined): Promise<Rate> {
  const { kind, candidates, count } = setting;
  // The few of a small setting are not among the first ones, which would soon have sent all that they may.
  const senders = candidates === CANDIDATES ? all : all.slice(candidates, 2 * candidates);
  const load = { kind, media: MEDIA[kind], count: count / candidates, window: WINDOW };
  const [cpuBefore, startMs] = [cpuMs(), performance.now()];
  await Promise.all(senders.map((sender) => sender.send(load)));
  const perSecond = (count * 1000) / (performance.now() - startMs);
  const [before, after] = [cpuBefore, cpuMs()];
  const known = before !== undefined && after !== undefined && after > before;
  return { perSecond, perCpuSecond: known ? (count * 1000) / (after - before) : undefined };
}

function summarise(rates: Map<string, Rate[]>): BenchResult {
  const at = (name: string) => {
    const runs = rates.get(name) ?? [];
    const known = runs.flatMap(({ perCpuSecond }) => perCpuSecond ?? []);
    return {
      perSecond: Math.round(median(runs.map(({ perSecond }) => perSecond))),
      perCpuSecond: known.length === runs.length ? Math.round(median(known)) : undefined,
    };
  };
  const names = [...rates.keys()];
  const audio = at(`gateway audio ${CANDIDATES}`);
  const figures = names.flatMap((name) => {
    const { perSecond, perCpuSecond } = at(name);
    const key = name.replace(/ (\w)/g, (_match, first: string) => first.toUpperCase());
    return [
      [`${key}PerSecond`, perSecond],
      ...(perCpuSecond === undefined ? [] : [[`${key}PerCpuSecond`, perCpuSecond]]),
    ];
  });
  const ratio = (kind: MediaKind, peer: string, of: 'perSecond' | 'perCpuSecond') => {
    const [ours, theirs] = [at(`gateway ${kind} ${CANDIDATES}`)[of], at(`${peer} ${kind} ${CANDIDATES}`)[of]];
    return ours === undefined || theirs === undefined ? {} : { [`${kind}To_${peer}_${of}`]: round2(ours / theirs) };
  };
  return {
    runs: RUNS,
    figures: Object.fromEntries(figures),
    ratios: {
      ...ratio('audio', 'sink', 'perCpuSecond'),
      ...ratio('frame', 'sink', 'perCpuSecond'),
      ...ratio('audio', 'redis', 'perSecond'),
      ...ratio('frame', 'redis', 'perSecond'),
    },
    rows: names.map((name) => row(name, at(name))),
    notes: [
      `Audio: ${MEDIA.audio.length} bytes, a tenth of a second; frames: ${MEDIA.frame.length} bytes. ${WINDOW} unanswered for each candidate; medians of ${RUNS} runs.`,
      `A live candidate sends 10 chunks and up to 10 frames a second: ${audio.perSecond} chunks a second are ${Math.floor(audio.perSecond / 10)} candidates’ sound.`,
      `Target: ${TARGET_PER_SECOND} media messages a second: ${audio.perSecond >= TARGET_PER_SECOND ? 'met' : 'not met'}.`,
    ],
    curves: [
      {
        name: 'ingest',
        title: 'Media messages taken by the gateway',
        xLabel: 'candidates',
        yLabel: 'a second',
        series: (['audio', 'frame'] as const).map((kind) => ({
          name: kind,
          points: SETTINGS.filter((setting) => setting.kind === kind).map((setting) => ({
            x: setting.candidates,
            y: at(nameOf('gateway', setting)).perSecond,
          })),
        })),
      },
    ],
    faults: [],
  };
}

const TITLES: Readonly<Record<string, string>> = {
  gateway: 'the gateway',
  sink: 'Socket.IO that only receives (ceiling)',
  redis: 'XADD, pipelined (ceiling)',
};

function row(name: string, { perSecond, perCpuSecond }: { perSecond: number; perCpuSecond: number | undefined }): Row {
  const [subject = '', kind = '', candidates = ''] = name.split(' ');
  return {
    name: `${TITLES[subject]}, ${kind}, ${candidates} candidates`,
    cells: {
      'a second': String(perSecond),
      'a CPU-second of the server': perCpuSecond === undefined ? '' : String(perCpuSecond),
    },
  };
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
