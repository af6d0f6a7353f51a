/** Every benchmark by its name, in the order in which all of them run. */
import type { Bench } from './bench.js';
import { delivery } from './feeds/delivery.bench.js';
import { fanout } from './feeds/fanout.bench.js';
import { idle } from './feeds/idle.bench.js';
import { reconnect } from './feeds/reconnect.bench.js';
import { rooms } from './feeds/rooms.bench.js';
import { ingest } from './ingest.bench.js';
import { latency } from './latency.bench.js';
import { ml } from './ml/ml.bench.js';
import { soak } from './ml/soak.bench.js';
import { persist } from './persist.bench.js';
import { query } from './query.bench.js';

export const BENCHES: readonly Bench[] = [
  latency,
  fanout,
  rooms,
  idle,
  delivery,
  reconnect,
  query,
  ingest,
  persist,
  ml,
  soak,
];
