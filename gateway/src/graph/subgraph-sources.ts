/**
 * The connections over which subgraphs are asked, one pool for each. Where a subgraph is, is a setting of the process
 * and nothing that a supergraph says, so they outlive every supergraph: a new one goes on over the same connections.
 */
import type { Logger } from '@interview/runtime/log';
import { type CircuitChanged, SubgraphSource } from './subgraph-source.js';

export interface SubgraphSourcesOptions {
  /** Base address of each subgraph, by its name in the supergraph. */
  subgraphs: Readonly<Record<string, string>>;
  internalKey: string;
  timeoutMs: number;
  circuitChanged?: CircuitChanged;
  log: Logger;
}

export interface SubgraphSources {
  /** Opened on first use. @throws Error when there is no address for it */
  of(name: string): SubgraphSource;
  close(): Promise<void>;
}

export function createSubgraphSources({ subgraphs, ...common }: SubgraphSourcesOptions): SubgraphSources {
  const sources = new Map<string, SubgraphSource>();
  return {
    of: (name) => {
      const known = sources.get(name);
      if (known) return known;
      const url = subgraphs[name];
      if (!url) throw new Error(`The supergraph names a subgraph "${name}", and there is no address for it.`);
      const source = new SubgraphSource({ ...common, name, url });
      sources.set(name, source);
      return source;
    },
    close: async () => void (await Promise.all([...sources.values()].map((source) => source.close()))),
  };
}
