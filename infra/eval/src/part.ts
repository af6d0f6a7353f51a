/**
 * What a part of the evaluation is. Each is one file `<name>.part.ts` that exports a `Part`, entered in `parts.ts`: it
 * composes labelled sequences, lets the product's own analysers find what they find in them, and scores that.
 */
import type { Row } from '@interview/bench/bench';

/** Thresholds are chosen on one half of the sequences and scored on the other. */
export type Half = 'choose' | 'score';
export const HALVES = ['choose', 'score'] as const;

export interface Table {
  title: string;
  rows: Row[];
}

/** The least that the scored half must show. */
export interface Floor {
  name: string;
  wanted: string;
  measured: string;
  /** What is not measured has not passed. */
  state: 'met' | 'missed' | 'not measured';
}

/**
 * A part that needs nothing but the checkout has no excuse for a floor that was not measured: there it is missed. With
 * `quick` there may be too little to measure.
 */
export const judgedFloors = (
  { alwaysMeasured }: Pick<Part, 'alwaysMeasured'>,
  floors: readonly Floor[],
  quick: boolean,
): Floor[] =>
  floors.map((floor) =>
    alwaysMeasured && !quick && floor.state === 'not measured'
      ? { ...floor, measured: 'nothing', state: 'missed' }
      : floor,
  );

export interface PartResult {
  /** What was composed: sequences, hours, pictures. One sentence for each line. */
  set: string[];
  floors: Floor[];
  tables: Table[];
  /** Sentences below the tables. */
  notes: string[];
  /** For programs: names carry their units. */
  figures: Record<string, number | null>;
}

export interface PartContext {
  /** A small share of the set, for those who work on it: its scores mean nothing. */
  quick: boolean;
  /** A line for who waits. */
  progress(text: string): void;
}

export interface Part {
  name: string;
  /** One sentence: what is scored, on what. */
  summary: string;
  /** All that it needs comes with the checkout; else it rests on a recogniser or a model that a machine may lack. */
  alwaysMeasured: boolean;
  run(context: PartContext): Promise<PartResult>;
}
