/**
 * How long after the capture each result reached the interviewer. When what it rests on was captured stands in the
 * result as the analyser published it; when it arrived is told by the subscription. Both clocks are this machine's.
 */
import { AnalyserService } from '@interview/schema/enums';
import { channels } from '@interview/schema/keys';
import { Result } from '@interview/schema/messages';
import { Redis } from 'ioredis';
import { median, percentile } from '../statistics.js';

/** All times epoch ms, but `timestampMs`: that counts from the round's start. */
export interface Delivered {
  /** The insight's type, `SEGMENT` for a piece of transcript. */
  type: string;
  /** START or END of what lasts. */
  phase: string | undefined;
  roundId: string;
  timestampMs: number;
  capturedAtMs: number;
  publishedAtMs: number;
  arrivedAtMs: number;
}

export type Published = Omit<Delivered, 'arrivedAtMs'>;

/** So many results at most are remembered while their other half is missing; more is a fault that shows in `missing`. */
const KEPT = 50_000;

export class InsightDelays {
  readonly delivered: Delivered[] = [];
  readonly #published = new Map<string, Published>();
  /** Arrived before this process read that it was published: two connections, no order between them. */
  readonly #early = new Map<string, number>();
  readonly #told = new Set<string>();

  published(result: Result): void {
    if (result.kind !== 'insight' && !(result.kind === 'segment' && result.isFinal)) return;
    // A successor repeats what it is not sure of: the first delivery counts.
    if (this.#told.has(result.id) || this.#published.has(result.id)) return;
    const { id, roundId, timestampMs, capturedAtMs, publishedAtMs } = result;
    const type = result.kind === 'insight' ? result.type : 'SEGMENT';
    const phase = result.kind === 'insight' && 'phase' in result.value ? String(result.value.phase) : undefined;
    const known: Published = { type, phase, roundId, timestampMs, capturedAtMs, publishedAtMs };
    const arrivedAtMs = this.#early.get(id);
    if (arrivedAtMs !== undefined) this.#pair(id, known, arrivedAtMs);
    else if (this.#published.size < KEPT) this.#published.set(id, known);
  }

  arrived(id: string, arrivedAtMs: number): void {
    if (this.#told.has(id)) return;
    const known = this.#published.get(id);
    if (known) this.#pair(id, known, arrivedAtMs);
    else if (this.#early.size < KEPT) this.#early.set(id, arrivedAtMs);
  }

  /** Of these rounds, which have an interviewer: published before that moment and not arrived. */
  missing(beforeMs: number, roundIds: ReadonlySet<string>): Published[] {
    return [...this.#published.values()].filter(
      ({ publishedAtMs, roundId }) => publishedAtMs < beforeMs && roundIds.has(roundId),
    );
  }

  #pair(id: string, known: Published, arrivedAtMs: number): void {
    this.#published.delete(id);
    this.#early.delete(id);
    this.#told.add(id);
    this.delivered.push({ ...known, arrivedAtMs });
  }
}

/**
 * Those of captures between two moments that were published before the load was over. When a round ends, what is open is
 * closed at its last capture: how long after it that is told is the time until somebody ended the round, no delay.
 */
export const measuredBetween = (
  delivered: readonly Delivered[],
  { fromMs, toMs, drainedMs }: { fromMs: number; toMs: number; drainedMs: number },
): Delivered[] =>
  delivered.filter(
    ({ capturedAtMs, publishedAtMs }) => capturedAtMs >= fromMs && capturedAtMs <= toMs && publishedAtMs <= drainedMs,
  );

/** Reads what analysers publish until `close`. */
export async function followResults(redisUrl: string, delays: InsightDelays): Promise<{ close(): void }> {
  const redis = new Redis(redisUrl);
  redis.on('message', (_channel, json) => delays.published(Result.parse(JSON.parse(json)) as Result));
  await redis.subscribe(...AnalyserService.options.map((service) => channels.insights(service)));
  return { close: () => redis.disconnect() };
}

export interface DelayFigures {
  count: number;
  /** From the capture to the interviewer, ms. */
  p50: number;
  p90: number;
  /** From the capture to the analyser's publishing, ms. */
  publishedP50: number;
}

/** @returns undefined without any. */
export function delayFigures(delivered: readonly Delivered[]): DelayFigures | undefined {
  if (delivered.length === 0) return undefined;
  const delays = delivered.map(({ capturedAtMs, arrivedAtMs }) => arrivedAtMs - capturedAtMs);
  return {
    count: delays.length,
    p50: median(delays),
    p90: percentile(delays, 0.9),
    publishedP50: median(delivered.map(({ capturedAtMs, publishedAtMs }) => publishedAtMs - capturedAtMs)),
  };
}

const FACE_TYPES: ReadonlySet<string> = new Set(['FACE_ABSENT', 'MULTIPLE_FACES', 'FACE_SWITCH']);
/** What the target of 300 ms is for. */
export const isFaceAlert = ({ type }: Pick<Delivered, 'type'>): boolean => FACE_TYPES.has(type);
export const isTabSwitch = ({ type }: Pick<Delivered, 'type'>): boolean => type === 'TAB_SWITCH';
