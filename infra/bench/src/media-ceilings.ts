/** What media can be taken at most: by Redis alone, and by a Socket.IO server that does nothing with it. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { keys } from '@interview/schema/keys';
import type { Redis } from 'ioredis';
import { cpuTimeMs, pinTo } from './machine.js';

export interface SocketIoSink {
  /** `ws://host:port`. */
  origin: string;
  cpuMs(): number | undefined;
  stop(): Promise<void>;
}

/** @param pinned whether the product has the servers' cores for itself: the sink then shares them. */
export async function startSink(pinned: boolean): Promise<SocketIoSink> {
  const child = fork(new URL('./socket-io-sink.js', import.meta.url), { execArgv: [] });
  const ended = once(child, 'exit');
  const [port] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('The Socket.IO sink did not start.'))),
  ]);
  // Forked, so it has a process number.
  const pid = child.pid as number;
  if (pinned) pinTo('servers', pid);
  return {
    origin: `ws://127.0.0.1:${port}`,
    cpuMs: () => cpuTimeMs(pid),
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}

/** XADD of the entries that the gateway writes, pipelined, into streams as long as the product's. @returns a second */
export async function rawAppends(
  redis: Redis,
  load: { media: Buffer; count: number; rounds: number },
): Promise<number> {
  const streams = Array.from({ length: load.rounds }, () => keys.video(randomUUID()));
  const PIPELINED = 100;
  const startMs = performance.now();
  try {
    let before: Promise<unknown> = Promise.resolve();
    for (let from = 0; from < load.count; from += PIPELINED) {
      const pipeline = redis.pipeline();
      for (let n = from; n < Math.min(load.count, from + PIPELINED); n++) {
        const stream = streams[n % streams.length] ?? '';
        pipeline.xadd(stream, 'MAXLEN', '~', 300, '*', 'capturedAtMs', n, 'data', load.media);
      }
      // Two under way: one is written while the other is worked on.
      const now = pipeline.exec();
      await before;
      before = now;
    }
    await before;
    return (load.count * 1000) / (performance.now() - startMs);
  } finally {
    await redis.unlink(...streams);
  }
}
