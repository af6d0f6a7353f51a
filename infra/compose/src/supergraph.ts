/** Composition of the subgraphs into the supergraph that the gateway runs and the API schema that clients see. */
import { composeServices } from '@apollo/composition';
import { printSchema } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { type ComposedName, SUBGRAPH_URLS } from './subgraph-sdl.js';

export interface Composed {
  supergraph: string;
  api: string;
}

/** @throws Error that lists why the subgraphs do not fit together. */
export function composeSupergraph(sdl: Record<ComposedName, string>): Composed {
  const services = (Object.keys(sdl) as ComposedName[]).map((name) => ({
    name,
    url: SUBGRAPH_URLS[name],
    typeDefs: parse(sdl[name]),
  }));
  const result = composeServices(services);
  if (result.errors) {
    throw new Error(`The subgraphs do not compose:\n${result.errors.map((error) => `- ${error.message}`).join('\n')}`);
  }
  return {
    supergraph: `${result.supergraphSdl.trim()}\n`,
    api: `${printSchema(result.schema.toAPISchema()).trim()}\n`,
  };
}
