/**
 * Workers that read what is stored: `runFeedWorker(analyser)` is all that such a service's `main.ts` calls.
 */
import { createLog, type Logger } from '@interview/runtime/log';
import { loadSettings } from '@interview/runtime/settings';
import { createProcessStopper, runMain } from '@interview/runtime/stop';
import type { AnalyserService } from '@interview/schema/enums';
import type { FeedAnalyser } from './feed-analyser.js';
import { FeedWakes } from './feed-wakes.js';
import { FeedWork } from './feed-work.js';
import { portSetting } from './port-setting.js';
import { Publisher } from './publisher.js';
import { RoundHolder } from './round-holder.js';
import { type RunningWorker, type ServiceOptions, startService } from './service.js';
import { StoredFeed } from './stored-feed.js';

export interface FeedWorkerOptions extends ServiceOptions {
  insightsUrl: string;
  internalKey: string;
}

/** Starts a worker inside this process. Resolves when it takes rounds. */
export function startFeedWorker(analyser: FeedAnalyser, options: FeedWorkerOptions): Promise<RunningWorker> {
  return startService(analyser.service, options, (parts) => {
    const { redis, subscriber, clock, metrics, log, onStop } = parts;
    const { service, source } = analyser;
    const feed = new StoredFeed(options.insightsUrl, options.internalKey, log);
    const wakes = new FeedWakes(subscriber, log);
    const publisher = new Publisher({ service, source, redis, clock, metrics, log });
    const holder = new RoundHolder({
      ...parts,
      service,
      openWork: (round, lease) =>
        new FeedWork(round, lease, { analyser, redis, feed, wakes, publisher, clock, metrics, log }),
    });
    return {
      roundIds: () => holder.roundIds,
      lagMs: () => holder.lagMs(),
      probes: { insights: () => feed.probe(), ...analyser.probes },
      async start() {
        onStop('rounds', () => holder.stop());
        await holder.start();
      },
    };
  });
}

/**
 * Runs a service that reads what is stored, until the process is told to stop.
 * Settings: REDIS_URL, `<SERVICE>_PORT`, INSIGHTS_URL or INSIGHTS_PORT, INTERNAL_API_KEY, HOST, LOG_LEVEL.
 * @param create makes the analyser, of settings of its own where it has any.
 * @example runFeedWorker('aggregator', () => aggregatorAnalyser);
 */
export function runFeedWorker(service: AnalyserService, create: (log: Logger) => FeedAnalyser): void {
  const log = createLog(service);
  runMain(log, async () => {
    const analyser = create(log);
    const port = portSetting(service);
    const settings = loadSettings(['REDIS_URL', 'INSIGHTS_URL', 'INSIGHTS_PORT', 'INTERNAL_API_KEY', port]);
    const stopper = createProcessStopper(log);
    const worker = await startFeedWorker(analyser, {
      redisUrl: settings.REDIS_URL,
      host: settings.HOST,
      port: settings[port],
      insightsUrl: settings.INSIGHTS_URL ?? `http://127.0.0.1:${settings.INSIGHTS_PORT}`,
      internalKey: settings.INTERNAL_API_KEY,
      log,
    });
    stopper.onStop('worker', () => worker.stop());
  });
}
