/** Says where in the client's response the errors of a fetch belong. */
import type { GraphQLFormattedError } from 'graphql';
import type { EntityWalk } from './entity-walk.js';
import type { JsonObject, ResponsePath } from './json.js';

/**
 * One question may stand for hundreds of places, and its errors with it. An answer tells so many, or as many as the
 * subgraph told itself.
 */
const MAX_TOLD = 100;

export interface FetchPlaces {
  walk: EntityWalk;
  /** The entities that each representation stands for; without representations all that the fetch is about. */
  entities: readonly (readonly JsonObject[])[];
  represented: boolean;
}

/**
 * @param places undefined for a fetch at the root, whose paths are the client's already
 * @param data what the response comes from, in which the entities are looked for
 */
export function relocated(
  errors: readonly GraphQLFormattedError[],
  places: FetchPlaces | undefined,
  data: JsonObject,
): GraphQLFormattedError[] {
  if (!places) return errors.map((error) => withPath(error, isPath(error.path) ? error.path : undefined));
  const known = places.walk.places(data);
  const limit = Math.max(MAX_TOLD, errors.length);
  const told: GraphQLFormattedError[] = [];
  for (const error of errors) {
    for (const path of pathsOf(error, places, known)) {
      if (told.length < limit) told.push(withPath(error, path));
    }
  }
  return told;
}

function pathsOf(
  { path }: GraphQLFormattedError,
  { walk, entities, represented }: FetchPlaces,
  known: ReadonlyMap<JsonObject, ResponsePath>,
): (ResponsePath | undefined)[] {
  if (!isPath(path)) return [undefined];
  const [at, rest] = represented ? [path[1], path.slice(2)] : [0, path];
  const stoodFor = typeof at === 'number' ? entities[at] : undefined;
  const found = (stoodFor ?? []).map((entity) => known.get(entity)).filter((place) => place !== undefined);
  // About the list of entities as a whole, or about an object that has been replaced meanwhile.
  return found.length > 0 ? found.map((place) => [...place, ...rest]) : [walk.prefix];
}

/** A subgraph may answer anything. */
const isPath = (path: unknown): path is ResponsePath => Array.isArray(path);

function withPath({ message, extensions }: GraphQLFormattedError, path: ResponsePath | undefined) {
  return { message, ...(path ? { path } : {}), ...(extensions ? { extensions } : {}) };
}
