/** The product's processes on one machine: what is started, where it listens, and how it says that it is well. */
import { CHECKOUT } from './checkout.js';

export const SERVICE_NAMES = [
  'rounds',
  'resumes',
  'insights',
  'verdicts',
  'gateway',
  'speech',
  'video',
  'fraud',
  'nlp',
  'aggregator',
  'dashboard',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface Service {
  name: string;
  /** The built entry, from the checkout. */
  entry: string;
  /** The setting that holds its port. */
  portSetting: string;
  defaultPort: number;
  /** Answers 200 when it is well; a JSON body with `"status":"degraded"` says that it is not. */
  healthPath: string;
  /** Serves people: stopped before what it stands on, so that they are told. */
  edge: boolean;
  /** Uses tables: starts once they are migrated. */
  afterMigration: boolean;
}

const subgraph = (name: ServiceName, defaultPort: number): Service => ({
  name,
  entry: `subgraphs/${name}/dist/main.js`,
  portSetting: `${name.toUpperCase()}_PORT`,
  defaultPort,
  healthPath: '/health/ready',
  edge: false,
  afterMigration: true,
});

const analyser = (name: ServiceName, defaultPort: number): Service => ({
  name,
  entry: `ml/${name}/dist/main.js`,
  portSetting: `${name.toUpperCase()}_PORT`,
  defaultPort,
  healthPath: '/health',
  edge: false,
  afterMigration: false,
});

/** In the order of their start. */
export const SERVICES: readonly Service[] = [
  subgraph('rounds', 4001),
  subgraph('resumes', 4002),
  subgraph('insights', 4003),
  subgraph('verdicts', 4004),
  analyser('speech', 8001),
  analyser('video', 8002),
  analyser('fraud', 8003),
  analyser('nlp', 8004),
  analyser('aggregator', 8005),
  {
    name: 'gateway',
    entry: 'gateway/dist/main.js',
    portSetting: 'PORT',
    defaultPort: 3000,
    healthPath: '/health',
    edge: true,
    afterMigration: false,
  },
  {
    name: 'dashboard',
    entry: 'clients/dashboard/server.mjs',
    portSetting: 'DASHBOARD_PORT',
    defaultPort: 5173,
    healthPath: '/health',
    edge: true,
    afterMigration: false,
  },
];

/** Creates schemas, roles and tables, and ends. */
export const MIGRATION = 'infra/database/dist/migrate.js';

/** Plays the demo interview into a running stack, and ends. */
export const DEMO = `${CHECKOUT}/infra/demo/dist/main.js`;

const PROBE_LIMIT_MS = 2000;

/** @returns whether the service at that address answers that it is well. */
export async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_LIMIT_MS), redirect: 'manual' });
    const body = await response.text();
    return response.status < 400 && !/"status"\s*:\s*"degraded"/.test(body);
  } catch {
    // Nothing listens yet, or it does not answer in time.
    return false;
  }
}
