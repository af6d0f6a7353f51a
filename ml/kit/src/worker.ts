/**
 * Workers that read media: `runWorker(analyser)` is all that such a service's `main.ts` calls.
 */
import { createLog } from '@interview/runtime/log';
import { loadSettings } from '@interview/runtime/settings';
import { createProcessStopper, runMain } from '@interview/runtime/stop';
import type { Analyser } from './analyser.js';
import { portSetting } from './port-setting.js';
import { Publisher } from './publisher.js';
import { RoundHolder } from './round-holder.js';
import { type RunningWorker, type ServiceOptions, startService } from './service.js';
import { StreamReader } from './stream-reader.js';
import { StreamWork } from './stream-work.js';
import { Turns } from './turns.js';

/** Starts a worker inside this process. Resolves when its models are loaded and it takes rounds. */
export function startWorker(analyser: Analyser, options: ServiceOptions): Promise<RunningWorker> {
  return startService(analyser.service, options, (parts) => {
    const { redis, clock, metrics, log, onStop } = parts;
    const { service, source } = analyser;
    const reader = new StreamReader(parts.reader, clock, log);
    const [turns, snapshotTurns] = [new Turns(), new Turns()];
    const publisher = new Publisher({ service, source, redis, clock, metrics, log });
    const holder = new RoundHolder({
      ...parts,
      service,
      openWork: (round, lease) =>
        new StreamWork(round, lease, { analyser, redis, reader, publisher, turns, snapshotTurns, clock, metrics, log }),
    });
    return {
      roundIds: () => holder.roundIds,
      lagMs: () => holder.lagMs(),
      async start() {
        await analyser.start?.();
        onStop('analyser', () => analyser.stop?.());
        reader.start();
        onStop('reader', () => reader.stop());
        onStop('rounds', () => holder.stop());
        await holder.start();
      },
    };
  });
}

/**
 * Runs a service that reads media, until the process is told to stop.
 * Settings: REDIS_URL, `<SERVICE>_PORT`, HOST, LOG_LEVEL.
 * @example runWorker(createFraudAnalyser());
 */
export function runWorker(analyser: Analyser): void {
  const log = createLog(analyser.service);
  runMain(log, async () => {
    const port = portSetting(analyser.service);
    const settings = loadSettings(['REDIS_URL', port]);
    const stopper = createProcessStopper(log);
    const worker = await startWorker(analyser, {
      redisUrl: settings.REDIS_URL,
      host: settings.HOST,
      port: settings[port],
      log,
    });
    stopper.onStop('worker', () => worker.stop());
  });
}
