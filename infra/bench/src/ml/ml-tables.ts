/** How the figures of `ml` are told: rows, flat figures and sentences. */
import type { Row } from '../bench.js';
import { percentile } from '../statistics.js';
import type { SttProvider } from './analysed-product.js';
import { CYCLE_MS } from './candidate-script.js';
import type { FaceCeilings, Rate } from './face-ceilings.js';
import { type Delivered, delayFigures, isFaceAlert, isTabSwitch } from './insight-delays.js';
import type { Climb } from './load-ladder.js';
import { recognition } from './load-targets.js';
import { DELAY_TARGET_MS, LAG_LIMIT_MS, PICTURES_LOST_AT_MOST } from './load-verdict.js';
import type { RecogniserRate } from './raw-rates.js';

export interface RecogniserFigures extends RecogniserRate {
  provider: SttProvider;
}

export interface MlFigures {
  pictures: { oneCore: Rate; twoCores: Rate; ceilings: FaceCeilings };
  soundFactor: number;
  recognisers: RecogniserFigures[];
  /** MB of each process before any candidate came, models loaded. */
  idleMemoryMb: Record<string, number>;
  /** Cores that the product takes then. */
  idleCores: number;
  climbs: { provider: SttProvider; climb: Climb }[];
}

type Climbed = MlFigures['climbs'][number];

const isSegment = ({ type }: Delivered) => type === 'SEGMENT';

export function loadRow(provider: SttProvider, { picturesPerSecond, result, carried, failed }: Climb): Row {
  const name = `${picturesPerSecond} picture${picturesPerSecond === 1 ? '' : 's'} a second, ${recognition(provider)}`;
  const shown = carried ?? failed;
  if (!shown) return { name, cells: { 'candidates carried': '0' } };
  const { load, cpu } = shown;
  return {
    name,
    cells: {
      'candidates carried': `${result.bounded || result.most === 0 ? '' : '≥ '}${result.most}`,
      'faces p50 / p90 ms': delay(load.delivered.filter(isFaceAlert)),
      'tab p50 / p90 ms': delay(load.delivered.filter(isTabSwitch)),
      'transcript p50 / p90 ms': delay(load.delivered.filter(isSegment)),
      'pictures lost': String(load.pictures.sent - load.pictures.measured),
      'product’s cores': cpu.product.toFixed(2),
      'load generator’s cores': cpu.generator.toFixed(2),
      'others’ cores': cpu.others === undefined ? '' : cpu.others.toFixed(2),
    },
  };
}

function delay(delivered: readonly Delivered[]): string {
  const figures = delayFigures(delivered);
  return figures ? `${Math.round(figures.p50)} / ${Math.round(figures.p90)}` : '';
}

export function rawRows({ pictures, soundFactor, recognisers }: MlFigures): Row[] {
  const frames = (name: string, { perSecond, cpuMs }: Rate): Row => ({
    name,
    cells: { 'a second': perSecond.toFixed(1), 'CPU ms each': cpuMs.toFixed(1) },
  });
  return [
    frames('video, pictures of 480×360, one core', pictures.oneCore),
    frames('video, the same, two cores', pictures.twoCores),
    frames('inference alone, one core (ceiling)', pictures.ceilings.inference),
    frames('decoding alone, one core (ceiling)', pictures.ceilings.decoding),
    {
      name: 'speech without a recogniser, a person’s microphone',
      cells: { 'CPU seconds a second': soundFactor.toFixed(4) },
    },
    ...recognisers.map(({ provider, cpuFactor, realTimeFactor }) => ({
      name: `speech with ${provider}, a second of speech`,
      cells: { 'CPU seconds a second': cpuFactor.toFixed(3), 'real-time factor': realTimeFactor.toFixed(3) },
    })),
  ];
}

export function memoryRows({ idleMemoryMb, climbs }: MlFigures): Row[] {
  const columns: [string, Readonly<Record<string, number>>][] = [['idle', idleMemoryMb]];
  for (const { provider, climb } of climbs) {
    const memoryMb = (climb.carried ?? climb.failed)?.load.vitals.at(-1)?.memoryMb;
    const candidates = (climb.carried ?? climb.failed)?.load.candidates;
    if (memoryMb) {
      columns.push([`${candidates} at ${climb.picturesPerSecond}/s, ${recognition(provider)}`, memoryMb]);
    }
  }
  const row = (name: string, of: (memoryMb: Readonly<Record<string, number>>) => number): Row => ({
    name,
    cells: Object.fromEntries(columns.map(([column, memoryMb]) => [column, Math.round(of(memoryMb)).toString()])),
  });
  const services = Object.keys(idleMemoryMb);
  return [...services.map((service) => row(service, (mb) => mb[service] ?? 0)), row('in all', total)];
}

const total = (mb: Readonly<Record<string, number>>) => Object.values(mb).reduce((sum, one) => sum + one, 0);

export function mlNotes({ climbs, idleCores }: MlFigures): string[] {
  return [
    `Carried means: at most ${PICTURES_LOST_AT_MOST * 100} % of the pictures left out, no audio lost, every absence, second face and hidden page told, medians from capture of face alerts and tab switches ≤ ${DELAY_TARGET_MS} ms, and media that wait neither ${LAG_LIMIT_MS / 1000} s nor longer and longer.`,
    `A load lasts ${CYCLE_MS / 1000} s after 4 s of warming up. Delays are from the capture that completed the evidence to the interviewer’s subscription; two pictures half a second apart are the evidence, so from its beginning an absence takes one picture’s time more.`,
    `Without a candidate the product takes ${idleCores.toFixed(2)} cores.`,
    'Load generator and interviewers’ subscriptions run on the same two cores and are not counted as the product’s.',
    ...climbs.flatMap(({ climb }) => climb.broken),
    ...climbs.flatMap(({ provider, climb }) => whatStopped(provider, climb)),
    ...climbs.flatMap(({ provider, climb }) => lateness(provider, climb)),
  ];
}

function whatStopped(provider: SttProvider, { picturesPerSecond, failed }: Climb): string[] {
  if (!failed) return [];
  const { candidates } = failed.load;
  return [`${candidates} at ${picturesPerSecond} a second, ${recognition(provider)}: ${failed.problems.join('; ')}.`];
}

/** From capture to the interviewer by type, and in brackets to the analyser's publishing. */
export function delayRows({ climbs }: MlFigures): Row[] {
  const carried = climbs.flatMap(({ provider, climb }) => {
    const load = climb.carried?.load;
    return load ? [{ load, name: `${load.candidates} at ${climb.picturesPerSecond}/s, ${recognition(provider)}` }] : [];
  });
  const types = [...new Set(carried.flatMap(({ load }) => load.delivered.map(({ type }) => type)))].toSorted();
  return types.map((type) => ({
    name: type,
    cells: Object.fromEntries(
      carried.map(({ name, load }) => {
        const figures = delayFigures(load.delivered.filter((one) => one.type === type));
        const { p50, p90, publishedP50 } = figures ?? { p50: 0, p90: 0, publishedP50: 0 };
        const told = `${Math.round(p50)} / ${Math.round(p90)} (${Math.round(publishedP50)})`;
        return [name, figures ? `${told}, ${figures.count}` : ''];
      }),
    ),
  }));
}

/** How late the load generator itself was: what it is late is no delay of the product's. */
function lateness(provider: SttProvider, { picturesPerSecond, carried }: Climb): string[] {
  if (!carried || carried.load.lateMs.length === 0) return [];
  const { lateMs, candidates } = carried.load;
  const late = Math.round(percentile(lateMs, 0.99));
  return [
    `${candidates} at ${picturesPerSecond} a second, ${recognition(provider)}: media left the load generator ${late} ms late at p99.`,
  ];
}

export function figuresOf({
  pictures,
  soundFactor,
  recognisers,
  climbs,
  idleMemoryMb,
  idleCores,
}: MlFigures): Record<string, number> {
  return {
    videoOneCorePerSecond: round(pictures.oneCore.perSecond),
    videoTwoCoresPerSecond: round(pictures.twoCores.perSecond),
    videoCpuMsPerFrame: round(pictures.oneCore.cpuMs),
    inferenceAloneCpuMsPerFrame: round(pictures.ceilings.inference.cpuMs),
    decodingAloneCpuMsPerFrame: round(pictures.ceilings.decoding.cpuMs),
    speechCpuSecondsPerSecond: round(soundFactor),
    ...Object.fromEntries(
      recognisers.map(({ provider, realTimeFactor }) => [`${provider}RealTimeFactor`, round(realTimeFactor)]),
    ),
    idleMemoryMb: Math.round(total(idleMemoryMb)),
    idleCores: round(idleCores),
    ...Object.fromEntries(climbs.flatMap(climbFigures)),
  };
}

function climbFigures({ provider, climb }: Climbed): [string, number][] {
  const key = `${provider}At${climb.picturesPerSecond}PerSecond`;
  const { carried, result } = climb;
  const faces = delayFigures(carried?.load.delivered.filter(isFaceAlert) ?? []);
  const tabs = delayFigures(carried?.load.delivered.filter(isTabSwitch) ?? []);
  return [
    [`${key}Candidates`, result.most],
    ...(faces ? [[`${key}FacesP50Ms`, Math.round(faces.p50)] as [string, number]] : []),
    ...(tabs ? [[`${key}TabP50Ms`, Math.round(tabs.p50)] as [string, number]] : []),
  ];
}

const round = (value: number) => Number(value.toPrecision(3));
