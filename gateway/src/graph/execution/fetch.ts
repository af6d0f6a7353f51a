/**
 * Fetch nodes: of root fields, whose answer merges as it is, and of entities, which are found in what is there,
 * represented, asked for, and completed with what is answered.
 */
import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { SubgraphAnswer } from '../subgraph-source.js';
import { compileWalk } from './entity-walk.js';
import { type FetchPlaces, relocated } from './error-paths.js';
import type { Execution, Step } from './execution.js';
import { type AskFetch, compileRequest } from './fetch-request.js';
import { isJsonObject, type JsonObject, type ResponsePath, setOwn } from './json.js';
import { mergeInto } from './merge.js';
import { compileRepresentations, type Represent } from './representations.js';
import { compileRewrites, type Rewrite } from './rewrites.js';

export interface FetchPlan {
  schema: GraphQLSchema;
  given: FetchNode | undefined;
  /** Whether equal questions of this fetch may share an answer. */
  shares(fetch: FetchNode): boolean;
}

interface CompiledFetch {
  ask: AskFetch;
  rewrite: Rewrite | undefined;
}

function compileFetch(fetch: FetchNode, plan: FetchPlan): CompiledFetch {
  if (fetch.contextRewrites && fetch.contextRewrites.length > 0) {
    throw new Error('The plan passes values by @fromContext, which this executor does not do.');
  }
  return {
    ask: compileRequest(fetch, { given: fetch === plan.given, sharing: plan.shares(fetch) }),
    rewrite: compileRewrites(fetch.outputRewrites, plan.schema),
  };
}

/** Of fields of a root type, at the root of the response or where a path leads to. */
export function compileRootFetch(fetch: FetchNode, path: readonly (string | number)[], plan: FetchPlan): Step {
  const { ask, rewrite } = compileFetch(fetch, plan);
  const walk = path.length > 0 ? compileWalk(path) : undefined;

  const receive = (execution: Execution, places: FetchPlaces | undefined, answer: SubgraphAnswer) => {
    tellErrors(execution, answer, places);
    const data = dataOf(execution, answer, walk?.prefix);
    if (!data) return;
    rewrite?.(data);
    if (places) mergeIntoAll(places.entities[0] ?? [], data);
    else if (Object.keys(execution.data).length === 0) execution.data = data;
    else mergeInto(execution.data, data);
  };

  return (execution) => {
    const places = walk && { walk, entities: [walk.entities(execution.data)], represented: false };
    if (places?.entities[0]?.length === 0) return undefined;
    const answer = ask(execution);
    if (answer instanceof Promise) return answer.then((answered) => receive(execution, places, answered));
    receive(execution, places, answer);
    return undefined;
  };
}

/** Fetches that require the same of entities. */
interface Requirement {
  represent: Represent;
  fetches: CompiledFetch[];
}

/**
 * Of entities at one path, several fetches at once: they share the walk to the entities, and those that require
 * the same share the representations.
 */
export function compileEntityFetches(
  fetches: readonly FetchNode[],
  path: readonly (string | number)[],
  plan: FetchPlan,
): Step {
  const walk = compileWalk(path);
  const requirements = new Map<string, Requirement>();
  for (const fetch of fetches) {
    const { requires = [], inputRewrites } = fetch;
    const key = JSON.stringify([requires, inputRewrites]);
    const represent = requirements.get(key)?.represent ?? compileRepresentations(requires, inputRewrites, plan.schema);
    const known = requirements.get(key)?.fetches ?? [];
    requirements.set(key, { represent, fetches: [...known, compileFetch(fetch, plan)] });
  }
  const required = [...requirements.values()];

  return (execution) => {
    const entities = walk.entities(execution.data);
    if (entities.length === 0) return undefined;
    const underWay: Promise<void>[] = [];
    for (const { represent, fetches } of required) {
      const represented = representedBy(represent, entities);
      if (represented.size === 0) continue;
      const places: FetchPlaces = { walk, entities: [...represented.values()], represented: true };
      const representations = `[${[...represented.keys()].join(',')}]`;
      for (const { ask, rewrite } of fetches) {
        const answer = ask(execution, representations);
        if (answer instanceof Promise) {
          underWay.push(answer.then((answered) => receiveEntities(execution, places, rewrite, answered)));
        } else receiveEntities(execution, places, rewrite, answer);
      }
    }
    return together(underWay);
  };
}

/** Representations in the order of their first entity, each with all entities that it stands for. */
function representedBy(represent: Represent, entities: readonly JsonObject[]): Map<string, JsonObject[]> {
  const represented = new Map<string, JsonObject[]>();
  for (const entity of entities) {
    const text = represent(entity);
    if (text === undefined) continue;
    const same = represented.get(text);
    if (same) same.push(entity);
    else represented.set(text, [entity]);
  }
  return represented;
}

function receiveEntities(
  execution: Execution,
  places: FetchPlaces,
  rewrite: Rewrite | undefined,
  answer: SubgraphAnswer,
): void {
  tellErrors(execution, answer, places);
  const data = dataOf(execution, answer, places.walk.prefix);
  if (!data) return;
  const received = data['_entities'];
  // Fewer or more than asked for: which one is which cannot be known.
  if (!Array.isArray(received) || received.length !== places.entities.length) {
    const many = Array.isArray(received) ? `${received.length}` : 'no list of';
    const message = `A subgraph answered ${many} entities where ${places.entities.length} were asked for.`;
    tellFault(execution, message, places.walk.prefix);
    return;
  }
  for (const [index, stoodFor] of places.entities.entries()) {
    const entity: unknown = received[index];
    if (entity === null) continue;
    if (!isJsonObject(entity)) {
      const path = ['_entities', index];
      const fault = { message: 'A subgraph answered something else than an entity.', path, extensions: INTERNAL };
      execution.errors.push(...relocated([fault], places, execution.data));
      continue;
    }
    if (rewrite) {
      // Rewrites by type go by the name that the entity was known by, where the answer repeats none.
      if (!entity['__typename']) setOwn(entity, '__typename', stoodFor[0]?.['__typename']);
      rewrite(entity);
    }
    mergeIntoAll(stoodFor, entity);
  }
}

/** Each gets objects of its own, for what is fetched next may differ from place to place. */
function mergeIntoAll(targets: readonly JsonObject[], source: JsonObject): void {
  for (const [index, target] of targets.entries()) mergeInto(target, source, index < targets.length - 1);
}

function tellErrors(execution: Execution, { errors }: SubgraphAnswer, places: FetchPlaces | undefined): void {
  if (Array.isArray(errors) && errors.length > 0) execution.errors.push(...relocated(errors, places, execution.data));
}

function dataOf(execution: Execution, { data }: SubgraphAnswer, path: ResponsePath | undefined) {
  if (data === null || data === undefined || isJsonObject(data)) return data;
  tellFault(execution, 'A subgraph answered with data that is not an object.', path);
  return undefined;
}

/** The code has a neutral message outside; this one is for the log. */
const INTERNAL = { code: 'INTERNAL_ERROR' };

function tellFault(execution: Execution, message: string, path: ResponsePath | undefined): void {
  execution.errors.push({ message, ...(path ? { path } : {}), extensions: INTERNAL });
}

/** Done when all are. */
export function together(underWay: readonly Promise<void>[]): Promise<void> | undefined {
  if (underWay.length < 2) return underWay[0];
  return Promise.all(underWay).then(() => undefined);
}
