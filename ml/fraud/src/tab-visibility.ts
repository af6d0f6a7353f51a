/**
 * When the interview page was hidden, from the browser's own visibility events. They may come twice, late and out of
 * order (each is a request of its own): what is told follows from their capture times, not from their arrival.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { TabEntry } from '@interview/schema/messages';
import { z } from 'zod';
import { Episode, ending, onset, openEpisode } from './episode.js';
import type { FraudThresholds } from './thresholds.js';

type Rules = Pick<FraudThresholds, 'tab' | 'severity'>;

const TabEvent = z.object({ id: z.string(), atMs: z.number(), hidden: z.boolean() });
type TabEvent = z.infer<typeof TabEvent>;

const CurrentState = z.object({
  /** In the order of their capture; what nothing late can change any more is left out. */
  events: z.array(TabEvent),
  /** The switches that were told and that the events still show. */
  told: z.array(z.object({ episode: Episode, ended: z.boolean() })),
  switches: z.int(),
});
export type TabState = z.infer<typeof CurrentState>;

/** As `fraud/1` left it. */
const FormerState = z.object({ hidden: Episode.nullable(), switches: z.int() });

export const TabState = z.union([
  CurrentState,
  FormerState.transform(({ hidden, switches }): TabState => {
    if (!hidden) return { ...initialTabState(), switches };
    const id = hidden.key.slice(hidden.key.indexOf(':') + 1);
    const events = [{ id, atMs: hidden.startMs, hidden: true }];
    return { events, told: [{ episode: hidden, ended: false }], switches };
  }),
]);

export const initialTabState = (): TabState => ({ events: [], told: [], switches: 0 });

/** Handles one event. What was told is not taken back: an end that turns out to have been earlier stays. Changes `state`. */
export function handleTab(state: TabState, entryId: string, entry: TabEntry, rules: Rules): InsightFinding[] {
  const event: TabEvent = { id: entryId, atMs: entry.capturedAtMs, hidden: entry.visible === '0' };
  if (isClockSetBack(state, event.atMs, rules)) followClock(state, event.atMs);
  if (isTooLate(state, event.atMs, rules)) return [];
  if (state.events.some(({ atMs, hidden }) => atMs === event.atMs && hidden === event.hidden)) return [];
  const before = state.events.findLastIndex(({ atMs }) => atMs <= event.atMs);
  state.events.splice(before + 1, 0, event);
  const byKey = new Map(state.told.map((told) => [told.episode.key, told]));
  const findings = hiddenStretches(state.events).flatMap((stretch) => tell(state, byKey, stretch, event.atMs, rules));
  forgetSettled(state, rules);
  return findings;
}

/** Ends an open switch, at the round's end too. */
export function closeTab(state: TabState, atMs: number, rules: Rules): InsightFinding[] {
  return state.told.flatMap((told) => {
    if (told.ended) return [];
    told.ended = true;
    return [endOf(told.episode, atMs, atMs, rules)];
  });
}

/** `ids`: the events that said that the page is hidden, the first of them at `startMs`. */
interface Stretch {
  ids: string[];
  startMs: number;
  endMs: number | null;
}

function hiddenStretches(events: readonly TabEvent[]): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch | null = null;
  for (const { id, atMs, hidden } of events) {
    if (!hidden) {
      if (open) open.endMs = atMs;
      open = null;
    } else if (open) open.ids.push(id);
    else {
      open = { ids: [id], startMs: atMs, endMs: null };
      stretches.push(open);
    }
  }
  return stretches;
}

const keyOf = (id: string) => `TAB_SWITCH:${id}`;

type Told = TabState['told'][number];

/** What has not been told of a stretch yet. `byKey`: what was told, of before this event. */
function tell(
  state: TabState,
  byKey: ReadonlyMap<string, Told>,
  { ids, startMs, endMs }: Stretch,
  capturedAtMs: number,
  rules: Rules,
): InsightFinding[] {
  const findings: InsightFinding[] = [];
  const named = ids.find((id) => byKey.has(keyOf(id)));
  let told = named === undefined ? undefined : byKey.get(keyOf(named));
  if (!told) {
    state.switches += 1;
    const at = { entryId: ids[0] ?? '', startMs, nth: state.switches, rules: rules.severity };
    told = { episode: openEpisode('TAB_SWITCH', at), ended: false };
    state.told.push(told);
    const times = state.switches === 1 ? 'first time' : `${state.switches} times`;
    findings.push(onset(told.episode, capturedAtMs, `The interview page was hidden (${times} in this round).`));
  }
  if (told.ended) return findings;
  told.episode.startMs = startMs;
  if (endMs === null) return findings;
  told.ended = true;
  return [...findings, endOf(told.episode, endMs, capturedAtMs, rules)];
}

function endOf(episode: Episode, atMs: number, capturedAtMs: number, rules: Rules): InsightFinding {
  const at = { atMs, capturedAtMs, rules: rules.severity };
  return ending(episode, at, (seconds) => `The interview page was hidden for ${seconds} s.`);
}

/** Events overtake each other by up to a minute; one from further back is of a clock that was set back. */
export function isClockSetBack(state: TabState, atMs: number, { tab }: Rules): boolean {
  const newestMs = state.events.at(-1)?.atMs;
  return newestMs !== undefined && newestMs - atMs > tab.lateMs;
}

/** What is known counts as just before the event that shows the clock set back. */
function followClock(state: TabState, atMs: number): void {
  const newestMs = state.events.at(-1)?.atMs ?? atMs;
  for (const event of state.events) event.atMs += atMs - newestMs;
}

/** A page that floods fills what is remembered sooner than in a minute: what comes from before that changes nothing. */
function isTooLate({ events }: TabState, atMs: number, { tab }: Rules): boolean {
  return events.length >= tab.remembered && atMs < (events[0]?.atMs ?? atMs);
}

/** Keeps what an event that comes late may still change, and the stretch that is open. */
function forgetSettled(state: TabState, { tab }: Rules): void {
  const lateMs = (state.events.at(-1)?.atMs ?? 0) - tab.lateMs;
  const horizonMs = Math.max(lateMs, state.events.at(-tab.remembered)?.atMs ?? lateMs);
  const toldKeys = new Set(state.told.map(({ episode }) => episode.key));
  const changes = state.events.filter(
    ({ id, atMs, hidden }, i) => atMs >= horizonMs || hidden !== state.events[i - 1]?.hidden || toldKeys.has(keyOf(id)),
  );
  const first = changes.findLastIndex(
    ({ atMs, hidden }, i) => atMs < horizonMs && (!hidden || !changes[i - 1]?.hidden),
  );
  state.events = changes.slice(Math.max(0, first));
  const shown = new Set(state.events.map(({ id }) => keyOf(id)));
  state.told = state.told.filter(({ episode, ended }) => !ended || shown.has(episode.key));
}
