/** Every benchmark by its name, in the order in which all of them run. */
import type { Bench } from './bench.js';
import { latency } from './latency.bench.js';
import { query } from './query.bench.js';

export const BENCHES: readonly Bench[] = [latency, query];
