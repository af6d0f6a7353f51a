/** When a page was hidden, and the browser's events of it as they arrive: once or twice, late, out of order. */
import { Random } from '../random.js';

export const DELIVERIES = ['in order', 'repeated', 'out of order', 'repeated and out of order'] as const;
export type Delivery = (typeof DELIVERIES)[number];

export interface Hidden {
  fromMs: number;
  /** Null where the round ended first. */
  toMs: number | null;
}

export interface TabEvent {
  capturedAtMs: number;
  visible: '0' | '1';
}

export interface TabHistory {
  name: string;
  delivery: Delivery;
  hidden: Hidden[];
  /** When the round ended, after the last event. */
  endedMs: number;
  /** In the order of their arrival. */
  arriving: TabEvent[];
}

const HISTORIES = 25;
/**
 * A request is overtaken by one that follows within this time, as retries take. `fraud` knows a late event for 60 s (`tab.lateMs`);
 * further back it takes the clock for set back.
 */
export const OVERTAKEN_WITHIN_MS = 30_000;

export const tabHistories = (quick: boolean): TabHistory[] =>
  DELIVERIES.flatMap((delivery) =>
    Array.from({ length: quick ? 3 : HISTORIES }, (_, seed) => tabHistory(`tabs/${delivery}/${seed}`, delivery)),
  );

function tabHistory(name: string, delivery: Delivery): TabHistory {
  const random = new Random(name);
  const hidden: Hidden[] = [];
  let atMs = random.between(0, 20_000);
  const count = Math.floor(random.between(0, 12));
  for (let i = 0; i < count; i++) {
    // A tab is looked at for a moment, or something is looked up.
    const lengthMs = Math.exp(random.between(Math.log(150), Math.log(90_000)));
    const stays = i === count - 1 && random.chance(0.3);
    const fromMs = Math.round(atMs);
    hidden.push({ fromMs, toMs: stays ? null : Math.round(atMs + lengthMs) });
    atMs += lengthMs + random.between(200, 60_000);
  }
  const events = [
    { capturedAtMs: 0, visible: '1' as const },
    ...hidden.flatMap(({ fromMs, toMs }): TabEvent[] => [
      { capturedAtMs: fromMs, visible: '0' },
      ...(toMs === null ? [] : [{ capturedAtMs: toMs, visible: '1' as const }]),
    ]),
  ];
  const lastMs = events.at(-1)?.capturedAtMs ?? 0;
  const endedMs = lastMs + Math.round(random.fork('end').between(0, 60_000));
  return { name, delivery, hidden, endedMs, arriving: deliver(events, delivery, random.fork('delivery')) };
}

function deliver(events: readonly TabEvent[], delivery: Delivery, random: Random): TabEvent[] {
  const repeats = delivery === 'repeated' || delivery === 'repeated and out of order';
  const swaps = delivery === 'out of order' || delivery === 'repeated and out of order';
  const arriving = [...events];
  if (swaps) {
    // Two events that overtake each other; one that is overtaken by several is not a thing of one connection. From the
    // first event on, a return and the next hiding are pairs; from the second on, a hiding and its own return.
    for (let i = random.chance(0.5) ? 1 : 0; i + 1 < arriving.length; i += 2) {
      const [one, other] = [arriving[i], arriving[i + 1]];
      const overtaken = random.chance(0.5);
      if (!one || !other || !overtaken || other.capturedAtMs - one.capturedAtMs > OVERTAKEN_WITHIN_MS) continue;
      arriving.splice(i, 2, other, one);
    }
  }
  return repeats ? arriving.flatMap((event) => (random.chance(0.4) ? [event, event] : [event])) : arriving;
}
