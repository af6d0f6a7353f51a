/** A worker process of the tests: the chain over media, or over what is stored when INSIGHTS_URL is set. */
import { createLog } from '@interview/runtime/log';
import { createProcessStopper, runMain } from '@interview/runtime/stop';
import { startFeedWorker } from '../feed-worker.js';
import { startWorker } from '../worker.js';
import { chainAnalyser } from './chain.analysis.js';
import { feedChainAnalyser } from './feed-chain.analysis.js';

const log = createLog('chain', 'silent');

runMain(log, async () => {
  const { REDIS_URL = '', INSIGHTS_URL, INTERNAL_API_KEY = '' } = process.env;
  const stopper = createProcessStopper(log);
  const options = { redisUrl: REDIS_URL, host: '127.0.0.1', port: 0, log };
  const source = `chain/${process.pid}`;
  const worker = INSIGHTS_URL
    ? await startFeedWorker(feedChainAnalyser(source), {
        ...options,
        insightsUrl: INSIGHTS_URL,
        internalKey: INTERNAL_API_KEY,
      })
    : await startWorker(chainAnalyser(source), options);
  stopper.onStop('worker', () => worker.stop());
  process.on('message', () => process.send?.(worker.roundIds()));
  process.send?.('ready');
});
