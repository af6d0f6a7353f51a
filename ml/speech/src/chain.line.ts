/**
 * A speaker's line to a chain of recognisers. A segment is heard by the first that works while it is said; its audio is
 * kept until it is transcribed, for the next one, should that one fail.
 */
import {
  type InterimText,
  RecogniserBusyError,
  type RecogniserLine,
  type SegmentListener,
  type Transcript,
} from './recogniser.js';
import type { Admitted, ChainMember, RecogniserChain } from './recogniser-chain.js';

/** A recogniser of the chain that hears a segment. */
interface Ear extends Admitted {
  listener: SegmentListener;
}

export class ChainLine implements RecogniserLine {
  readonly #chain: RecogniserChain;
  readonly #closed: () => void;
  readonly #lines = new Map<ChainMember, RecogniserLine>();
  readonly #open = new Set<ChainListener>();

  /** @param closed Called when it closes. */
  constructor(chain: RecogniserChain, closed: () => void) {
    this.#chain = chain;
    this.#closed = closed;
  }

  listen(onInterim: (interim: InterimText) => void): SegmentListener {
    const listener: ChainListener = new ChainListener(
      this.#chain,
      (member) => this.#line(member),
      onInterim,
      () => this.#open.delete(listener),
    );
    this.#open.add(listener);
    return listener;
  }

  close(): void {
    for (const listener of [...this.#open]) listener.cancel();
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
    this.#closed();
  }

  #line(member: ChainMember): RecogniserLine {
    const line = this.#lines.get(member) ?? member.recogniser.openLine();
    this.#lines.set(member, line);
    return line;
  }
}

class ChainListener implements SegmentListener {
  readonly #heard: Int16Array[] = [];
  #ear: Ear | undefined;
  #cancelled = false;

  constructor(
    private readonly chain: RecogniserChain,
    private readonly lineTo: (member: ChainMember) => RecogniserLine,
    onInterim: (interim: InterimText) => void,
    private readonly done: () => void,
  ) {
    const admitted = chain.admitting();
    if (!admitted) return;
    const { member, admission } = admitted;
    // One that is not started yet hears the segment when it has ended.
    if (member.started) this.#ear = { ...admitted, listener: lineTo(member).listen(onInterim) };
    else member.circuit.undecided(admission);
  }

  hear(samples: Int16Array): void {
    this.#heard.push(samples);
    this.#ear?.listener.hear(samples);
  }

  async end(samples: number): Promise<Transcript> {
    try {
      return await this.#transcribed(samples);
    } finally {
      this.#heard.length = 0;
      this.done();
    }
  }

  cancel(): void {
    this.#cancelled = true;
    this.#heard.length = 0;
    this.#ear?.listener.cancel();
    this.#ear?.member.circuit.undecided(this.#ear.admission);
    this.done();
  }

  /** Asks one after the other; when none may be asked any more, also those that are to be left alone. */
  async #transcribed(samples: number): Promise<Transcript> {
    const tried = new Set<ChainMember>();
    const errors: unknown[] = [];
    const next = (): Admitted | undefined => {
      const left = this.chain.members.find((member) => !tried.has(member));
      return this.chain.admitting(tried) ?? (left && { member: left });
    };
    for (let asked: Admitted | undefined = this.#ear ?? next(); asked; asked = next()) {
      const { member, admission } = asked;
      tried.add(member);
      try {
        const transcript = await this.#asked(asked, samples);
        this.chain.succeeded(member);
        return transcript;
      } catch (error) {
        if (this.#cancelled) {
          member.circuit.undecided(admission);
          throw error;
        }
        this.chain.failed(member, error, admission);
        errors.push(error);
      }
    }
    throw errors.find((error) => error instanceof RecogniserBusyError) ?? errors.at(-1) ?? new Error('nobody to ask');
  }

  async #asked(asked: Admitted, samples: number): Promise<Transcript> {
    const { member } = asked;
    if (this.#ear?.member === member) return await this.#ear.listener.end(samples);
    await member.start();
    if (this.#cancelled) throw new Error('the segment was cancelled');
    const listener = this.lineTo(member).listen(() => undefined);
    this.#ear = { ...asked, listener };
    for (const part of this.#heard) listener.hear(part);
    return await listener.end(samples);
  }
}
