/** A worker in a process of its own, so that tests can end it as an operator, a fault or the kernel does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const [hooks, main] = ['./from-source.mjs', './chain-worker.main.ts'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
);

export class WorkerProcess {
  /** Resolves with how it ended: a signal or a code. */
  readonly ended: Promise<string>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  }

  /** Resolves when it takes rounds. */
  static async start(env: Record<string, string>): Promise<WorkerProcess> {
    const flags = ['--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, '--import', String(hooks), String(main)], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const worker = new WorkerProcess(child);
    let said = '';
    child.stderr?.on('data', (piece) => {
      said += piece;
    });
    await Promise.race([
      once(child, 'message'),
      // Not `exit`: of one that said that it is ready and then ended, this process may see the end first when it is late.
      once(child, 'close').then(([code, signal]) => {
        throw new Error(`The worker ended before it was ready: ${signal ?? code}\n${said}`);
      }),
    ]);
    return worker;
  }

  /** Of the insights it tells, see `chainAnalyser`. */
  get source(): string {
    return `chain/${this.child.pid}`;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The rounds that it holds; none when it has ended. */
  async roundIds(): Promise<string[]> {
    if (!this.isAlive) return [];
    this.child.send('rounds');
    const answer = await Promise.race([once(this.child, 'message'), this.ended]);
    // Sent by chain-worker.main.ts: the ids as an array.
    return Array.isArray(answer) ? (answer[0] as string[]) : [];
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<string> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** So many workers at once, each replaced when it ends, as a supervisor does. */
export class Fleet {
  private workers: WorkerProcess[] = [];
  private readonly starting = new Set<Promise<void>>();
  private stopping = false;
  /** How the workers ended that were replaced. */
  readonly endings: string[] = [];

  constructor(private readonly env: Record<string, string>) {}

  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.add()));
  }

  /** Those that live, with the rounds that each holds. */
  async held(): Promise<{ worker: WorkerProcess; roundIds: string[] }[]> {
    return Promise.all(this.workers.map(async (worker) => ({ worker, roundIds: await worker.roundIds() })));
  }

  /** The one that holds the most rounds, once one holds any. */
  async busiest(): Promise<{ worker: WorkerProcess; roundIds: string[] }> {
    for (;;) {
      const held = await this.held();
      const [most] = held.toSorted((a, b) => b.roundIds.length - a.roundIds.length);
      if (most && most.roundIds.length > 0) return most;
    }
  }

  /** Also of one that is only starting: it would take the rounds of the next test, and vanish with them. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.starting);
    await Promise.all(this.workers.map((worker) => worker.end('SIGKILL')));
  }

  private async add(): Promise<void> {
    const started = this.startOne();
    this.starting.add(started);
    await started.finally(() => this.starting.delete(started));
  }

  private async startOne(): Promise<void> {
    const worker = await WorkerProcess.start(this.env);
    if (this.stopping) return void (await worker.end('SIGKILL'));
    this.workers.push(worker);
    void worker.ended.then((how) => this.replace(worker, how));
  }

  private async replace(worker: WorkerProcess, how: string): Promise<void> {
    this.workers = this.workers.filter((other) => other !== worker);
    if (this.stopping) return;
    this.endings.push(how);
    // One that crashes before it is ready leaves the test waiting in vain, which then fails and shows why.
    await this.add().catch((error) => this.endings.push(String(error)));
  }
}
