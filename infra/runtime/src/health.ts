/**
 * `/health`, `/health/live`, `/health/ready` and `/metrics` of a process that serves nothing else over HTTP
 * (the ML workers), and the probe that others use.
 */
import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';

export interface HealthReport {
  status: 'healthy' | 'degraded';
  timestamp: string;
  services: Record<string, 'up' | 'down'>;
  [more: string]: unknown;
}

/** Makes the report from each dependency's probe. A probe that throws or takes over a second counts as down. */
export async function healthReport(probes: Record<string, () => Promise<unknown>>): Promise<HealthReport> {
  const entries = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      const up = await withinOneSecond(probe).then(
        () => true,
        () => false,
      );
      return [name, up ? 'up' : 'down'] as const;
    }),
  );
  const degraded = entries.some(([, state]) => state === 'down');
  return {
    status: degraded ? 'degraded' : 'healthy',
    timestamp: new Date().toISOString(),
    services: Object.fromEntries(entries),
  };
}

async function withinOneSecond(probe: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), 1000);
  });
  try {
    await Promise.race([probe(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Metrics of this process, with Node's own. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Serves the report (200 also when degraded; `/health/ready` then 503) and the metrics. */
export function serveHealth(options: {
  port: number;
  host: string;
  report: () => Promise<HealthReport>;
  metrics: Registry;
}): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    void (async () => {
      const path = request.url?.split('?')[0];
      if (path === '/health/live') return answer(200, { status: 'live' });
      if (path === '/metrics') {
        response.writeHead(200, { 'content-type': options.metrics.contentType });
        return response.end(await options.metrics.metrics());
      }
      if (path !== '/health' && path !== '/health/ready') {
        return answer(404, { error: { code: 'NOT_FOUND', message: 'There is nothing at this path.' } });
      }
      const report = await options.report();
      return answer(path === '/health/ready' && report.status !== 'healthy' ? 503 : 200, report);
    })().catch(() => answer(500, { error: { code: 'INTERNAL_ERROR', message: 'The report could not be made.' } }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve(server));
  });
}
