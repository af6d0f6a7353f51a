/** What the demo prints: a line for each event, and a table at the end. Colours only where a person looks on. */
import { styleText } from 'node:util';
import { capturedAtMs } from './capture-latency.js';
import type { Expectation } from './expectations.js';
import type { FeedEvent } from './feed-log.js';

export interface Out {
  write(text: string): unknown;
  isTTY?: boolean;
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

export class Report {
  constructor(private readonly out: Out) {}

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(this.style('bold', text));
  }

  section(title: string, text?: string): void {
    this.line();
    this.heading(title);
    if (text !== undefined) this.line(text);
  }

  /** A thing that the demo itself does, on the time axis of the events. */
  step(atMs: number, text: string): void {
    this.line(`${this.style('dim', clockTime(atMs))}  ${this.style('cyan', `→ ${text}`)}`);
  }

  columns(): void {
    this.line(this.style('dim', `${'arrived'.padEnd(9)}  ${'happened'.padEnd(9)}  ${'latency'.padStart(8)}  what`));
  }

  event(event: FeedEvent, startedAtMs: number | undefined, before: readonly FeedEvent[]): void {
    const captured = startedAtMs === undefined ? undefined : capturedAtMs(event, startedAtMs, before);
    const arrived = startedAtMs === undefined ? 'waiting' : clockTime(event.arrivedAtMs - startedAtMs);
    const happened = 'timestampMs' in event.data ? clockTime(event.data.timestampMs) : '';
    const latency = captured === undefined ? '' : `${Math.round(event.arrivedAtMs - captured)} ms`;
    this.line([arrived.padEnd(9), happened.padEnd(9), latency.padStart(8), this.describe(event)].join('  '));
  }

  /** Counts and median latency by kind. */
  table(events: readonly FeedEvent[], startedAtMs: number): void {
    const kinds = new Map<string, { count: number; latencies: number[] }>();
    for (const [index, event] of events.entries()) {
      const kind = kinds.get(kindOf(event)) ?? { count: 0, latencies: [] };
      kind.count += 1;
      const captured = capturedAtMs(event, startedAtMs, events.slice(0, index));
      if (captured !== undefined) kind.latencies.push(event.arrivedAtMs - captured);
      kinds.set(kindOf(event), kind);
    }
    this.line(this.style('dim', `${'kind'.padEnd(28)}${'count'.padStart(6)}${'median latency'.padStart(18)}`));
    for (const [name, { count, latencies }] of [...kinds].sort(([a], [b]) => a.localeCompare(b))) {
      const middle = median(latencies);
      const latency = middle === undefined ? '–' : `${Math.round(middle)} ms`;
      this.line(`${name.padEnd(28)}${String(count).padStart(6)}${latency.padStart(18)}`);
    }
  }

  verdict(missing: readonly Expectation[], problems: readonly string[]): void {
    for (const problem of problems) this.line(this.style('red', `Wrong: ${problem}`));
    for (const { name, because } of missing) this.line(this.style('red', `Missing: ${name} (${because})`));
    if (missing.length + problems.length === 0)
      this.line(this.style('green', 'Everything that the media contain arrived.'));
  }

  private describe(event: FeedEvent): string {
    switch (event.feed) {
      case 'segment':
        return this.style(
          event.data.isFinal ? 'bold' : 'dim',
          `${event.data.speaker.toLowerCase()}: “${event.data.text}”`,
        );
      case 'insight': {
        const { type, severity, explanation, round } = event.data;
        const colour =
          severity === 'HIGH' || severity === 'CRITICAL' ? 'red' : severity === 'MEDIUM' ? 'yellow' : 'bold';
        return `${this.style(colour, type + qualifier(event.data.value))} ${severity} [round ${round?.status ?? 'unknown'}]  ${explanation}`;
      }
      case 'alert':
        return `${this.style('red', `fraud alert ${event.data.type}`)} ${event.data.severity}  ${event.data.message}`;
      case 'metrics': {
        const { speechConfidence, engagementScore, hesitationsCount, fraudAlertsCount } = event.data;
        return this.style(
          'dim',
          `metrics: confidence ${share(speechConfidence)}, engagement ${share(engagementScore)}, hesitations ${hesitationsCount}, alerts ${fraudAlertsCount}`,
        );
      }
      case 'aggregate':
        return this.style(
          'dim',
          `aggregate: talk ratio ${share(event.data.speech.talkRatio)}, ${event.data.recommendations.length} follow-ups`,
        );
      case 'round':
        return this.style(
          'cyan',
          `round ${event.data.status}, consent ${event.data.consent.given ? 'given' : 'not given'}`,
        );
    }
  }

  private style(style: Style, text: string): string {
    return this.out.isTTY ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** What tells insights of one type apart at a glance: beginning or end, dark or blurred, pause or repeat. */
function qualifier(value: unknown): string {
  // Shapes by type: schema/src/insight-values.ts.
  const { phase, issue, kind } = value as { phase?: string; issue?: string; kind?: string };
  const part = phase ?? issue ?? kind;
  return part === undefined ? '' : ` ${part}`;
}

/** Name under which an event is counted. */
export function kindOf(event: FeedEvent): string {
  switch (event.feed) {
    case 'insight':
      return event.data.type;
    case 'alert':
      return `fraud alert ${event.data.type}`;
    case 'segment':
      return event.data.isFinal ? 'transcript (final)' : 'transcript (interim)';
    default:
      return event.feed;
  }
}

/** `00:12.345`, with a sign before the round's start. */
export function clockTime(ms: number): string {
  const rounded = Math.round(Math.abs(ms));
  const minutes = String(Math.floor(rounded / 60_000)).padStart(2, '0');
  const seconds = String(Math.floor((rounded % 60_000) / 1000)).padStart(2, '0');
  return `${ms < 0 && rounded > 0 ? '-' : ''}${minutes}:${seconds}.${String(rounded % 1000).padStart(3, '0')}`;
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

function share(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(2);
}
