import { createLog } from '@interview/runtime/log';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Job, startJob } from './job.js';

const log = createLog('test', 'silent');
const EVERY_MS = 1000;

/** A run that ends when the test says so. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

describe('a job', () => {
  let job: Job | undefined;
  afterEach(async () => {
    await job?.stop();
    jest.useRealTimers();
  });

  it('runs at once and then at every interval', async () => {
    jest.useFakeTimers();
    let runs = 0;
    const run = async () => {
      runs += 1;
    };
    job = startJob({ name: 'count', everyMs: EVERY_MS, log, run });
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(runs).toBe(3);
  });

  it('never runs twice at a time: a kick during a run means one more after it', async () => {
    const [first, second] = [gate(), gate()];
    const gates = [first, second];
    let begun = 0;
    job = startJob({ name: 'slow', everyMs: 60_000, log, run: () => gates[begun++]?.passed ?? Promise.resolve() });
    const kicks = [job.kick(), job.kick(), job.kick()];
    expect(begun).toBe(1);
    first.open();
    await first.passed;
    second.open();
    await Promise.all(kicks);
    expect(begun).toBe(2);
  });

  it('goes on after a failure, and tells of it once', async () => {
    const warn = jest.spyOn(log, 'warn');
    let runs = 0;
    job = startJob({
      ...{ name: 'failing', everyMs: 60_000, log },
      run: async () => {
        runs += 1;
        if (runs < 3) throw new Error('the database is away');
      },
    });
    await job.kick();
    await job.kick();
    await job.kick();
    expect(runs).toBeGreaterThanOrEqual(3);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('has ended its last run when it is stopped, and runs no more', async () => {
    const last = gate();
    let runs = 0;
    const run = () => {
      runs += 1;
      return last.passed;
    };
    job = startJob({ name: 'last', everyMs: 60_000, log, run });
    let stopped = false;
    const stopping = job.stop().then(() => {
      stopped = true;
    });
    await Promise.resolve();
    expect(stopped).toBe(false);
    last.open();
    await stopping;
    await job.kick();
    expect(runs).toBe(1);
  });
});
