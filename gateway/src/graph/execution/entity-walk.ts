/**
 * The way from the root of the data to the objects that a fetch is about: the path of a Flatten node, made into
 * closures. `@` is every item of a list; `name|[A,B]`, which the planner writes when it fetches by type, keeps
 * objects of these types only.
 */
import { isInherited, isJsonObject, type JsonObject, ownValue, type ResponsePath } from './json.js';

export interface EntityWalk {
  /** The objects at the path, in order; what is null or of another shape is not among them. */
  entities(root: JsonObject): JsonObject[];
  /** Where each of them stands in the response; slower, for errors. */
  places(root: JsonObject): Map<JsonObject, ResponsePath>;
  /** The part of the path that is the same for all: up to the first list. */
  readonly prefix: ResponsePath;
}

type Visit = (value: unknown, found: JsonObject[]) => void;

interface Segment {
  /** Empty: stays where it is. */
  name: string;
  types: ReadonlySet<unknown> | undefined;
}

const SEGMENT = /^([^|]*)(?:\|\[(.*)\])?$/;

export function compileWalk(path: readonly (string | number)[]): EntityWalk {
  const segments = path.map(readSegment);
  const visit = compileVisit(segments);
  const end = segments.findIndex(({ name }) => name === '@');
  return {
    entities(root) {
      const found: JsonObject[] = [];
      visit(root, found);
      return found;
    },
    places(root) {
      const places = new Map<JsonObject, ResponsePath>();
      collectPlaces(segments, 0, root, [], places);
      return places;
    },
    prefix: segments.slice(0, end < 0 ? segments.length : end).flatMap(({ name }) => (name ? [name] : [])),
  };
}

function readSegment(element: string | number): Segment {
  const [, name = '', types] = SEGMENT.exec(String(element)) ?? [];
  return { name, types: types === undefined ? undefined : new Set(types.split(',')) };
}

function compileVisit(segments: readonly Segment[]): Visit {
  return segments.reduceRight<Visit>((next, segment) => {
    const { name, types } = segment;
    const then: Visit = types ? (value, found) => isOneOf(value, types) && next(value, found) : next;
    if (name === '') return then;
    if (name === '@') {
      return (value, found) => {
        if (Array.isArray(value)) for (const item of value) then(item, found);
      };
    }
    if (isInherited(name)) {
      return (value, found) => {
        if (isJsonObject(value)) then(ownValue(value, name), found);
      };
    }
    return (value, found) => {
      if (isJsonObject(value)) then(value[name], found);
    };
  }, visitEnd);
}

const visitEnd: Visit = (value, found) => {
  if (isJsonObject(value)) found.push(value);
  else if (Array.isArray(value)) for (const item of value) visitEnd(item, found);
};

function collectPlaces(
  segments: readonly Segment[],
  at: number,
  value: unknown,
  path: ResponsePath,
  places: Map<JsonObject, ResponsePath>,
): void {
  const segment = segments[at];
  if (Array.isArray(value)) {
    if (segment && segment.name !== '@') return;
    for (const [index, item] of value.entries()) {
      if (segment?.types && !isOneOf(item, segment.types)) continue;
      collectPlaces(segments, segment ? at + 1 : at, item, [...path, index], places);
    }
  } else if (isJsonObject(value)) {
    if (!segment) {
      places.set(value, path);
    } else if (segment.name !== '@') {
      const { name, types } = segment;
      const inner = name === '' ? value : ownValue(value, name);
      if (!types || isOneOf(inner, types)) {
        collectPlaces(segments, at + 1, inner, name === '' ? path : [...path, name], places);
      }
    }
  }
}

/** A list is judged item by item, further on: a condition stands on the last part of the way to an object. */
function isOneOf(value: unknown, types: ReadonlySet<unknown>): boolean {
  return Array.isArray(value) || (isJsonObject(value) && types.has(value['__typename']));
}
