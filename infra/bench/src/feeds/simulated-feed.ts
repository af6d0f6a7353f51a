/** The feeds of the simulated subgraph: each round's events with their places, and who reads them. */
import { parse } from 'graphql';
import { type Asked, type InsightEvent, insightEvent, nowUs, readDocument } from './insight-event.js';
import type { Report } from './simulation-messages.js';

/** One subscription of a gateway. */
export interface Reader {
  /** Given the JSON of a result. */
  next(result: string): void;
}

interface Round {
  events: InsightEvent[];
  /** Those who ask with the same document are told the same, made once. */
  readers: Map<string, { render: Asked['render']; readers: Set<Reader> }>;
}

/** More than any benchmark sends between a cursor and the return to it. */
const KEPT_EVENTS = 20_000;

export class SimulatedFeeds {
  readonly #rounds = new Map<string, Round>();
  readonly #asked = new Map<string, Report['asked'][number]>();

  /**
   * @param announce whether the reader is told where a feed starts that begins now
   * @returns what ends the subscription
   */
  subscribe(
    request: { query: string; variables: Readonly<Record<string, unknown>>; announce: boolean },
    reader: Reader,
  ): () => void {
    const { roundId, after, render } = readDocument(parse(request.query), request.variables);
    const round = this.#round(roundId);
    this.#count(roundId, after ?? null);
    if (request.announce) {
      reader.next(JSON.stringify({ data: null, extensions: { cursor: after ?? String(round.events.length) } }));
    }
    for (const event of after === undefined ? [] : round.events.slice(Number(after))) {
      reader.next(`{"data":${render(event)}}`);
    }
    const group = round.readers.get(request.query) ?? { render, readers: new Set() };
    round.readers.set(request.query, group);
    group.readers.add(reader);
    return () => void group.readers.delete(reader);
  }

  emit(roundId: string): void {
    const round = this.#round(roundId);
    const event = insightEvent(round.events.length + 1, nowUs());
    round.events.push(event);
    if (round.events.length > KEPT_EVENTS) throw new Error(`More than ${KEPT_EVENTS} events in one round.`);
    for (const { render, readers } of round.readers.values()) {
      if (readers.size === 0) continue;
      const result = `{"data":${render(event)}}`;
      for (const reader of readers) reader.next(result);
    }
  }

  report(): Report {
    const heads = Object.fromEntries([...this.#rounds].map(([id, { events }]) => [id, events.length]));
    return { asked: [...this.#asked.values()], heads };
  }

  #round(id: string): Round {
    const known = this.#rounds.get(id);
    if (known) return known;
    const round: Round = { events: [], readers: new Map() };
    this.#rounds.set(id, round);
    return round;
  }

  #count(roundId: string, after: string | null): void {
    const key = JSON.stringify([roundId, after]);
    const entry = this.#asked.get(key) ?? { roundId, after, times: 0 };
    entry.times += 1;
    this.#asked.set(key, entry);
  }
}
