/** `__schema` and `__type`: no subgraph is asked, the client's schema itself answers. */
import {
  type DocumentNode,
  executeSync,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import type { CollectedField } from './collected-fields.js';
import { TOLD } from './completion.js';
import { type JsonObject, ownValue } from './json.js';
import type { ProjectionRun } from './projection-run.js';

interface IntrospectedDocument {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

export function compileIntrospection(
  { schema, document, operation }: IntrospectedDocument,
  { nodes, responseName }: CollectedField,
): (object: JsonObject, run: ProjectionRun) => unknown {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const asked: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
      },
      ...fragments,
    ],
  };
  const used = new Set<string>();
  visit(asked, {
    Variable({ name }) {
      used.add(name.value);
    },
  });
  // Those that only other fields use are none of this one's: they may not be of the schema's input types any more.
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  const [query, ...rest] = asked.definitions;
  const executed = {
    ...asked,
    definitions: [{ ...query, ...(variableDefinitions ? { variableDefinitions } : {}) }, ...rest],
  } as DocumentNode; // the same definitions, the first with its variables
  const introspect = (run: ProjectionRun) => {
    const { data, errors = [] } = executeSync({
      schema,
      document: executed,
      rootValue: {},
      variableValues: run.variables,
    });
    for (const error of errors) run.fault(error.path ?? [responseName], error.message);
    return errors.length > 0 || !data ? TOLD : ownValue(data, responseName);
  };
  let answer: unknown;
  return (_object, run) => {
    if (used.size > 0) return introspect(run);
    answer ??= introspect(run);
    return answer;
  };
}
