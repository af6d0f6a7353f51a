/** The simulated insights subgraph, from outside its process. */
import { benchEntry, nextMessage, type ServerProcess, startProcess } from './server-process.js';
import { Answer, type Command, type Emission, Listening, type Report } from './simulation-messages.js';

const NAME = 'the simulated subgraph';

/** A command before it has its number. */
type Order = { [K in Command['kind']]: Omit<Extract<Command, { kind: K }>, 'id'> }[Command['kind']];

export class SimulatedInsights {
  readonly #asked = new Map<number, PromiseWithResolvers<Answer>>();
  #lastId = 0;

  private constructor(
    readonly process: ServerProcess,
    readonly url: string,
  ) {
    process.child.on('message', (raw) => {
      const answer = Answer.parse(raw);
      this.#asked.get(answer.id)?.resolve(answer);
      this.#asked.delete(answer.id);
    });
    process.child.once('exit', () => {
      for (const { reject } of this.#asked.values()) reject(new Error(`${NAME} ended: see its message above.`));
    });
  }

  static async start(internalKey: string): Promise<SimulatedInsights> {
    const server = startProcess({
      name: NAME,
      args: ['--enable-source-maps', benchEntry('feeds/simulated-subgraph.js')],
      env: { INTERNAL_API_KEY: internalKey },
    });
    const { port } = Listening.parse(await nextMessage(NAME, server));
    return new SimulatedInsights(server, `http://127.0.0.1:${port}`);
  }

  /** Resolves when all of it has been sent. */
  async emit(emission: Emission): Promise<void> {
    await this.#ask({ kind: 'emit', ...emission });
  }

  /** Ends every emission that is under way. */
  async stopEmitting(): Promise<void> {
    await this.#ask({ kind: 'stop' });
  }

  async report(): Promise<Report> {
    const answer = await this.#ask({ kind: 'report' });
    if (answer.kind !== 'report') throw new Error(`${NAME} answered ${answer.kind}.`);
    return answer.report;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  #ask(order: Order): Promise<Answer> {
    this.#lastId += 1;
    const answered = Promise.withResolvers<Answer>();
    this.#asked.set(this.#lastId, answered);
    this.process.child.send({ ...order, id: this.#lastId });
    return answered.promise;
  }
}
