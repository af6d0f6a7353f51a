/**
 * Which subscribers share one execution: those who ask for the same, and would be answered the same. The key
 * holds what they ask for (the normalised document and the coerced variables, without where each begins) and who
 * they are, as far as the answer depends on it. Two keys that differ needlessly cost a second execution; two that
 * agree wrongly would show one person what is another's, so in doubt they differ.
 */
import type { Viewer } from '@interview/runtime/viewer';
import { type DocumentNode, Kind, type OperationDefinitionNode, print, visit } from 'graphql';

/** What a selection means, whatever its author called it. */
export interface NormalisedDocument {
  /** Printed; without the names and types of variables' definitions, whose values are in the key. */
  text: string;
  /** The variables that it uses. */
  variables: ReadonlySet<string>;
}

/**
 * @param document of one operation; its `after` is a variable of the gateway's own, or not there
 * @param ignored that variable: where a subscriber begins is not what it reads
 */
export function normaliseDocument(
  document: DocumentNode,
  operationName: string | undefined,
  ignored?: string,
): NormalisedDocument {
  const operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find((d) => operationName === undefined || d.name?.value === operationName);
  if (!operation) throw new Error('The document does not hold the operation.');
  const fragments = new Map(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [])),
  );
  const { name: _name, variableDefinitions: _definitions, ...nameless } = operation;
  const used = new Set<string>();
  const variables = new Set<string>();
  const look = (node: OperationDefinitionNode | (typeof document.definitions)[number]) => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || used.has(name.value)) return;
        used.add(name.value);
        look(fragment);
      },
    });
  };
  look(nameless);
  if (ignored !== undefined) variables.delete(ignored);
  const kept = [...used].sort().flatMap((name) => fragments.get(name) ?? []);
  return { text: print({ kind: Kind.DOCUMENT, definitions: [nameless, ...kept] }), variables };
}

export interface KeyedPlan {
  normalised: NormalisedDocument;
  /** Whether it reads what is each viewer's own. */
  perViewer: boolean;
}

/** @param variables coerced, with defaults */
export function groupKey(plan: KeyedPlan, variables: Readonly<Record<string, unknown>>, viewer: Viewer): string {
  const { text, variables: used } = plan.normalised;
  const values = [...used].sort().flatMap((name) => (name in variables ? [name, sorted(variables[name])] : []));
  return JSON.stringify([viewer.companyId, viewer.role, personOf(plan, viewer), values, text]);
}

/**
 * HR and ADMIN read what their company has, so any of them is answered alike. What an employee or a candidate may
 * read depends on their own part in a round.
 */
function personOf({ perViewer }: KeyedPlan, { role, id }: Viewer): string | null {
  const sharesByRole = role === 'HR' || role === 'ADMIN';
  return sharesByRole && !perViewer ? null : id;
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
