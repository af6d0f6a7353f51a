/** Puts together what the graph is served from: the supergraph that is current, its engines, and how another is taken. */
import type { Logger } from '@interview/runtime/log';
import type { Stopper } from '@interview/runtime/stop';
import { documents } from '../edges/rest/documents.js';
import { CurrentGraph } from '../graph/current-graph.js';
import { loadGraph } from '../graph/graph.js';
import { createQueryEngines, type QueryEngine, type QueryEngines } from '../graph/query-engines.js';
import { createSubgraphSources } from '../graph/subgraph-sources.js';
import { createSupergraphIntake, type OfferSupergraph } from '../graph/supergraph-intake.js';
import { warmOperations } from '../graph/warm-operations.js';
import type { GatewayMetrics } from '../metrics.js';
import type { GatewaySettings } from '../settings.js';

export interface GraphParts {
  current: CurrentGraph;
  engines: QueryEngines;
  /** Takes a new supergraph; call it when every part follows `current`. */
  offerSupergraph: OfferSupergraph;
  /** Prepares, in the background, what is known to be asked. */
  warm(): void;
}

export interface GraphPartsOptions {
  settings: GatewaySettings;
  supergraphSdl: string;
  /** By the SHA-256 of their text. */
  registeredDocuments: ReadonlyMap<string, string>;
  metrics: GatewayMetrics;
  log: Logger;
  stopper: Stopper;
}

/** @throws Error when the supergraph is wrong */
export function assembleGraph(options: GraphPartsOptions): GraphParts {
  const { settings, metrics, log, stopper } = options;
  const subgraphSources = createSubgraphSources({
    subgraphs: settings.subgraphs,
    internalKey: settings.INTERNAL_API_KEY,
    timeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    circuitChanged: metrics.circuitChanged,
    log,
  });
  stopper.onStop('subgraph sources', () => subgraphSources.close());
  const load = (supergraphSdl: string) => loadGraph({ supergraphSdl, subgraphSources });
  const current = new CurrentGraph(load(options.supergraphSdl), log);

  const warming = new AbortController();
  stopper.onStop('warming', () => warming.abort());
  const asked = [...options.registeredDocuments.values(), ...Object.values(documents)];
  const warmEngine = (engine: QueryEngine) =>
    warmOperations(asked, { engine, introspection: settings.introspection, signal: warming.signal, log });
  const engines = createQueryEngines({ current, metrics: metrics.operations, log, warm: warmEngine });

  return {
    current,
    engines,
    offerSupergraph: createSupergraphIntake({ current, load, metrics: metrics.supergraph, log }),
    warm: () => {
      warmEngine(engines.current()).catch((error: unknown) => {
        log.error({ err: error }, 'operations could not be prepared ahead');
      });
    },
  };
}
