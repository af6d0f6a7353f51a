/**
 * Says which graph is current, and lets the parts of the gateway follow when another becomes it. A part prepares for
 * the new graph first, and may refuse it; only when all have prepared do they change over, in one turn of the event
 * loop. So no request ever meets two parts that stand on different graphs.
 */
import { setImmediate } from 'node:timers/promises';
import type { Logger } from '@interview/runtime/log';
import type { Graph } from './graph.js';

/**
 * Makes what a part needs of the next graph, and changes nothing yet.
 * @returns what changes over; it must not fail
 * @throws Error when the part cannot work on this graph
 */
export type PrepareForGraph = (next: Graph) => (() => void) | Promise<() => void>;

export class CurrentGraph {
  #graph: Graph;
  readonly #parts: PrepareForGraph[] = [];
  #replacing: Promise<unknown> = Promise.resolve();

  constructor(
    first: Graph,
    private readonly log: Logger,
  ) {
    this.#graph = first;
  }

  get graph(): Graph {
    return this.#graph;
  }

  /** Parts prepare and change over in the order in which they came. */
  onChange(prepare: PrepareForGraph): void {
    this.#parts.push(prepare);
  }

  /**
   * Makes this graph the current one; one replacement at a time. When it is refused everything stays as it was.
   * @throws Error when a part refuses the graph
   */
  replace(next: Graph): Promise<void> {
    const replaced = this.#replacing.then(() => this.#replace(next));
    this.#replacing = replaced.catch(() => undefined);
    return replaced;
  }

  async #replace(next: Graph): Promise<void> {
    const changes: (() => void)[] = [];
    for (const prepare of this.#parts) {
      // Each takes its time, in which events are to be delivered.
      await setImmediate();
      changes.push(await prepare(next));
    }
    this.#graph = next;
    for (const change of changes) this.#changeOver(change);
  }

  /** A part that fails here has a fault; the others must not be left behind on the old graph. */
  #changeOver(change: () => void): void {
    try {
      change();
    } catch (error) {
      this.log.error({ err: error, supergraph: this.#graph.hash }, 'a part of the gateway did not take the new graph');
    }
  }
}
