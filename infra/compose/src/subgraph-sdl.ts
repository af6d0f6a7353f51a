/** The SDL of each subgraph, printed from its type-graphql classes without opening a database or Redis. */
import { insightsGraph } from '@interview/insights/graph';
import { resumesGraph } from '@interview/resumes/graph';
import { roundsGraph } from '@interview/rounds/graph';
import { buildFederatedSchema, type SubgraphGraph } from '@interview/subgraph-kit/federation';
import { verdictsGraph } from '@interview/verdicts/graph';

/** Where each subgraph listens by default; the gateway's settings override it. */
export const SUBGRAPH_URLS = {
  rounds: 'http://127.0.0.1:4001/graphql',
  resumes: 'http://127.0.0.1:4002/graphql',
  insights: 'http://127.0.0.1:4003/graphql',
  verdicts: 'http://127.0.0.1:4004/graphql',
} as const;

export type ComposedName = keyof typeof SUBGRAPH_URLS;

/**
 * Stands where a graph wants a service or a connection: printing a schema hands them on and never calls them.
 * What does call one learns so at once.
 */
function unopened<T extends object>(name: string): T {
  return new Proxy((() => undefined) as unknown as T, {
    get: (_target, property) => (typeof property === 'string' ? unopened(`${name}.${property}`) : undefined),
    apply: () => {
      throw new Error(`${name} was called while a schema is printed.`);
    },
  });
}

const GRAPHS: Record<ComposedName, () => SubgraphGraph> = {
  rounds: () => roundsGraph(unopened('services')),
  resumes: () => resumesGraph(unopened('foundation')),
  insights: () => insightsGraph(unopened('services')),
  verdicts: () => verdictsGraph(unopened('foundation')),
};

export async function printSubgraphs(): Promise<Record<ComposedName, string>> {
  const names = Object.keys(GRAPHS) as ComposedName[];
  const printed = await Promise.all(
    names.map(async (name) => [name, (await buildFederatedSchema(GRAPHS[name]())).sdl]),
  );
  return Object.fromEntries(printed) as Record<ComposedName, string>;
}
