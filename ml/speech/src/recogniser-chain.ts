/**
 * Several recognisers as one: the first that works transcribes, and a segment on which it fails is transcribed by the
 * next, so nothing is lost. One that failed is left alone for a while and then probed (`circuit.ts`). Who fails, why,
 * and who transcribes instead is `health`, which every round tells.
 */
import type { Logger } from '@interview/runtime/log';
import { ChainLine } from './chain.line.js';
import { type Admission, Circuit } from './circuit.js';
import {
  type Recogniser,
  RecogniserBusyError,
  RecogniserFailure,
  type RecogniserHealth,
  type RecogniserLine,
  reasonFor,
} from './recogniser.js';

export interface ChainParts {
  clock: () => number;
  log: Pick<Logger, 'info' | 'warn'>;
}

/** A recogniser of the chain. Those behind the first are started when they are needed. */
export class ChainMember {
  readonly circuit = new Circuit();
  /** Why it did not transcribe when it was asked last, for people; null when it did. */
  reason: string | null = null;
  started = false;
  #starting: Promise<void> | undefined;

  constructor(readonly recogniser: Recogniser) {}

  /** Starts it, once for all who ask; again after it failed. */
  start(): Promise<void> {
    this.#starting ??= this.recogniser.start().then(
      () => {
        this.started = true;
      },
      (error: unknown) => {
        this.#starting = undefined;
        throw error;
      },
    );
    return this.#starting;
  }
}

/** A recogniser that a segment may go to; without an admission, because nobody else is left. */
export interface Admitted {
  member: ChainMember;
  admission?: Admission;
}

export class RecogniserChain implements Recogniser {
  readonly members: readonly ChainMember[];
  readonly #parts: ChainParts;
  readonly #lines = new Set<ChainLine>();

  /** @param recognisers The best one first. */
  constructor(recognisers: readonly Recogniser[], parts: ChainParts) {
    this.members = recognisers.map((recogniser) => new ChainMember(recogniser));
    this.#parts = parts;
  }

  get name(): string {
    return this.members.map(({ recogniser }) => recogniser.name).join(', ');
  }

  get health(): RecogniserHealth {
    const works = this.members.findIndex(({ reason }) => reason === null);
    const failing = this.members
      .slice(0, works < 0 ? undefined : works)
      .map(({ recogniser, reason }) => ({ recogniser: recogniser.name, reason: reason ?? 'failed' }));
    return { transcribing: this.members[works]?.recogniser.name ?? null, failing };
  }

  /** Starts the first that can be. @throws RecogniserFailure when none can. */
  async start(): Promise<void> {
    const reasons: string[] = [];
    for (const member of this.members) {
      try {
        await member.start();
        return;
      } catch (error) {
        this.failed(member, error);
        reasons.push(`${member.recogniser.name} ${reasonFor(error)}`);
      }
    }
    throw new RecogniserFailure(reasons.join(', ') || 'there is no recogniser', 'could not be started');
  }

  openLine(): RecogniserLine {
    const line: ChainLine = new ChainLine(this, () => this.#lines.delete(line));
    this.#lines.add(line);
    return line;
  }

  async stop(): Promise<void> {
    for (const line of [...this.#lines]) line.close();
    await Promise.all(this.members.map(({ recogniser }) => recogniser.stop()));
  }

  /** The first that may be asked now; a segment that goes there must be told of as succeeded, failed or undecided. */
  admitting(without: ReadonlySet<ChainMember> = new Set()): Admitted | undefined {
    const nowMs = this.#parts.clock();
    for (const member of this.members) {
      const admission = without.has(member) ? null : member.circuit.admit(nowMs);
      if (admission) return { member, admission };
    }
    return undefined;
  }

  succeeded(member: ChainMember): void {
    if (member.reason !== null) this.#parts.log.info({ recogniser: member.recogniser.name }, 'transcribing again');
    member.reason = null;
    member.circuit.succeeded();
  }

  failed(member: ChainMember, error: unknown, admission?: Admission): void {
    const recogniser = member.recogniser.name;
    const message = error instanceof Error ? error.message : String(error);
    if (member.reason === null) this.#parts.log.warn({ recogniser, reason: message }, 'the recogniser failed');
    member.reason = reasonFor(error);
    // One that has too much to do is no broken one: the next segment may go there at once.
    if (error instanceof RecogniserBusyError) member.circuit.undecided(admission);
    else member.circuit.failed(this.#parts.clock(), admission);
  }
}
