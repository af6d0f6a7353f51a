/**
 * `/health` for people, `/health/live` and `/health/ready` for probes. Public, so one report answers all who
 * ask within half a second.
 */
import { type HealthReport, healthReport } from '@interview/runtime/health';
import { Router } from 'express';
import { request } from 'undici';
import { z } from 'zod';

/** With the second that a probe may take, what is away is told within 1.5 s. */
const FRESH_MS = 500;

export interface HealthOptions {
  subgraphs: Readonly<Record<string, string>>;
  analysers: Readonly<Record<string, string>>;
  pingRedis: () => Promise<unknown>;
  /** True from the moment the gateway is told to stop. */
  isStopping: () => boolean;
}

export function health(options: HealthOptions): Router {
  const report = shared(() => healthReport(probesOf(options)), FRESH_MS);
  const router = Router();
  router.get('/', async (_request, response) => {
    response.json(await report());
  });
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_request, response) => {
    const current = await report();
    const ready = current.status === 'healthy' && !options.isStopping();
    response.status(ready ? 200 : 503).json(ready ? current : { ...current, status: 'degraded' });
  });
  return router;
}

/** `database` is what the rounds subgraph says of it: the gateway itself has no database. */
function probesOf({ subgraphs, analysers, pingRedis }: HealthOptions): Record<string, () => Promise<unknown>> {
  const { rounds } = subgraphs;
  return {
    database: async () => {
      const services = rounds ? await servicesOf(rounds) : {};
      if (services['database'] !== 'up') throw new Error('the database is down');
    },
    redis: pingRedis,
    ...answering(subgraphs),
    ...answering(analysers),
  };
}

const answering = (addresses: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(addresses).map(([name, url]) => [name, () => servicesOf(url)]));

const Report = z.object({ services: z.record(z.string(), z.string()) });

/** @throws Error when nobody answers there, or not with a health report. */
async function servicesOf(url: string): Promise<Record<string, string>> {
  const { body } = await request(new URL('health', url.endsWith('/') ? url : `${url}/`), {
    headersTimeout: 1000,
    bodyTimeout: 1000,
  });
  return Report.parse(await body.json()).services;
}

/** Runs `make` for all callers together, and keeps its answer for `freshMs`. */
function shared(make: () => Promise<HealthReport>, freshMs: number): () => Promise<HealthReport> {
  let current: Promise<HealthReport> | undefined;
  return () => {
    if (!current) {
      current = make();
      const forget = () => setTimeout(() => (current = undefined), freshMs).unref();
      current.then(forget, forget);
    }
    return current;
  };
}
