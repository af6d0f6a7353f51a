/** A language model behind an endpoint that speaks OpenAI's chat completions. */
import type { Logger } from '@interview/runtime/log';
import { z } from 'zod';
import { Circuit } from './circuit.js';
import { Proposals, requestOf } from './prompt.js';
import type { Proposal, StatementModel, StatementQuestion } from './statement-model.js';

/** Requests at once, of all rounds of this worker. */
export const IN_FLIGHT_AT_MOST = 4;
const RESPONSE_BYTES = 64 * 1024;

/** A model that refuses, or is cut off, answers without content. */
const Completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
});

export interface ModelOptions {
  /** As vendors give it, with its version: `https://api.example.com/v1`. */
  baseUrl: string;
  apiKey: string | undefined;
  model: string;
  /** For a whole answer. */
  timeoutMs: number;
  clock?: () => number;
  log: Logger;
}

/** What an endpoint may answer instead of a completion. */
class Refused extends Error {
  constructor(
    status: number,
    readonly waitMs: number | undefined,
  ) {
    super(`The language model's endpoint answered ${status}.`);
  }
}

/**
 * An answer of no use: refused, cut off, or of another form. It says nothing about the endpoint, which answered; a
 * candidate whose words bring it about must not turn the model off for everybody else.
 */
class Unusable extends Error {}

export class OpenAiCompatibleModel implements StatementModel {
  readonly name: string;
  private readonly url: URL;
  private readonly circuit: Circuit;
  private inFlight = 0;
  private told = true;

  constructor(private readonly options: ModelOptions) {
    this.name = options.model;
    this.url = new URL(`${options.baseUrl.replace(/\/+$/, '')}/chat/completions`);
    this.circuit = new Circuit(options.clock ?? Date.now);
  }

  /** While it is unknown whether it answers again, one request has to tell. */
  get ready(): boolean {
    return this.circuit.open && this.inFlight < (this.answers ? IN_FLIGHT_AT_MOST : 1);
  }

  get answers(): boolean {
    return this.circuit.healthy;
  }

  /** Rejects while it failed lately: a probe for `/health`. */
  async probe(): Promise<void> {
    if (!this.answers) throw new Error('The language model does not answer.');
  }

  async propose(question: StatementQuestion, signal: AbortSignal): Promise<Proposal[]> {
    this.inFlight += 1;
    try {
      const proposals = await this.ask(
        question,
        AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMs)]),
      );
      this.circuit.succeeded();
      this.note();
      return proposals;
    } catch (error) {
      // Given up by us: that says nothing about the endpoint.
      if (signal.aborted) throw error;
      if (error instanceof Unusable) this.circuit.succeeded();
      else this.circuit.failed(error instanceof Refused ? error.waitMs : undefined);
      this.note(error);
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }

  private async ask(question: StatementQuestion, signal: AbortSignal): Promise<Proposal[]> {
    const { apiKey, model } = this.options;
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
      body: JSON.stringify(requestOf(model, question)),
      // A redirect could lead the transcript to where nobody configured it to go.
      redirect: 'error',
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Refused(response.status, waitOf(response));
    }
    const [choice] = Completion.parse(JSON.parse(await boundedText(response))).choices;
    return proposalsIn(choice?.message.content);
  }

  /** Each change once. The reason never holds what was said: parse errors quote what they fail on. */
  private note(error?: unknown): void {
    if (this.answers === this.told) return;
    this.told = this.answers;
    const reason = error instanceof Refused ? error.message : error instanceof Error ? error.name : undefined;
    if (this.answers) this.options.log.info('the language model answers again');
    else
      this.options.log.warn({ reason }, 'the language model does not answer: contradictions are found by rules alone');
  }
}

/** @throws Unusable, without the words: errors of parsing quote what they fail on. */
function proposalsIn(content: string | null | undefined): Proposal[] {
  if (!content) throw new Unusable('The language model gave no answer.');
  try {
    return Proposals.parse(JSON.parse(content)).differences;
  } catch {
    throw new Unusable('The language model gave an answer of another form.');
  }
}

/** `Retry-After` in seconds, where it is given so. */
function waitOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return response.status === 429 && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > RESPONSE_BYTES) throw new Unusable('The language model answered more than is read.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
