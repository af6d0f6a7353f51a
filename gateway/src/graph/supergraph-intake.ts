/** Takes a new supergraph while the gateway runs, or refuses it and stays with the present one. */
import type { Logger } from '@interview/runtime/log';
import type { CurrentGraph } from './current-graph.js';
import { type Graph, supergraphHash } from './graph.js';

export type IntakeOutcome = 'taken' | 'unchanged' | 'refused';

export interface SupergraphMetrics {
  /** A supergraph was offered. */
  offered(outcome: IntakeOutcome): void;
  /** This one is current. */
  current(hash: string): void;
}

export interface SupergraphIntakeOptions {
  current: CurrentGraph;
  /** @throws Error when the supergraph is not one that this gateway can serve */
  load: (supergraphSdl: string) => Graph;
  metrics: SupergraphMetrics;
  log: Logger;
}

/** Offers a supergraph. Settles when it is current, or refused: that is told by the outcome, the log and the metrics. */
export type OfferSupergraph = (supergraphSdl: string) => Promise<IntakeOutcome>;

export function createSupergraphIntake({ current, load, metrics, log }: SupergraphIntakeOptions): OfferSupergraph {
  metrics.current(current.graph.hash);

  const take = async (supergraphSdl: string): Promise<IntakeOutcome> => {
    const supergraph = supergraphHash(supergraphSdl);
    const present = current.graph.hash;
    if (supergraph === present) return 'unchanged';
    const start = performance.now();
    try {
      await current.replace(load(supergraphSdl));
    } catch (error) {
      // One line: what is wrong with a supergraph is in the message, and nothing of it in our own stack.
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ supergraph, present, reason }, 'the supergraph was refused, the present one stays');
      return 'refused';
    }
    metrics.current(supergraph);
    log.info({ supergraph, before: present, ms: Math.round(performance.now() - start) }, 'supergraph taken');
    return 'taken';
  };

  // One after the other: whether one is new depends on what became of the one before.
  let before: Promise<unknown> = Promise.resolve();
  return (supergraphSdl) => {
    const taken = before.then(() => take(supergraphSdl));
    before = taken;
    return taken.then((outcome) => {
      metrics.offered(outcome);
      return outcome;
    });
  };
}
