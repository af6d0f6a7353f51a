/**
 * Reads a subscription document: refuses what cannot be kept up as a feed, and rewrites what is asked
 * upstream so that the feed can be resumed.
 *
 * A resumable root field (`feed-kind.ts`) has an argument `after` and its type a field `cursor`. It is asked
 * upstream for its cursor too, under a reserved name, and its `after` becomes a variable of the gateway's own.
 * The client's document stays as it is and shapes what the client receives, so the additions never leave.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { withinLimits } from '../graph/limits.js';
import { storableText } from '../graph/text.js';
import { unconditionalRoot } from '../graph/unconditional-root.js';

/** Validates a subscription; ours come first, since they end the validation of what they refuse. */
export function validateFeed(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  return validate(schema, document, [withinLimits, unconditionalRoot, storableText, ...specifiedRules]);
}

/** The one root field of a validated subscription. */
export function rootFieldOf(document: DocumentNode, operation: OperationDefinitionNode): FieldNode {
  const fragments = new Map<string, FragmentDefinitionNode>(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [])),
  );
  const find = (set: SelectionSetNode): FieldNode | undefined => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) return selection;
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments.get(selection.name.value)?.selectionSet;
      const found = inner && find(inner);
      if (found) return found;
    }
    return undefined;
  };
  const field = find(operation.selectionSet);
  if (!field) throw new GraphQLError('A subscription needs a root field.', { nodes: [operation] });
  return field;
}

export interface ResumableDocument {
  document: DocumentNode;
  /** Response name of the cursor, in the root field's object. */
  cursorKey: string;
  /** Variable that takes the cursor to go on from. */
  afterVariable: string;
}

/** The document to plan when the root field is resumable. */
export function resumableDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ResumableDocument {
  const cursorKey = unusedName(document, 'gatewayCursor');
  const afterVariable = unusedName(document, 'gatewayAfter');
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
  const after = {
    kind: Kind.ARGUMENT,
    name: name('after'),
    value: { kind: Kind.VARIABLE, name: name(afterVariable) },
  } as const;
  const cursor: FieldNode = { kind: Kind.FIELD, alias: name(cursorKey), name: name('cursor') };

  const root = schema.getSubscriptionType();
  const types = new TypeInfo(schema);
  const asked = visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        if (types.getParentType() !== root || !node.selectionSet) return undefined;
        return {
          ...node,
          arguments: [...(node.arguments ?? []).filter((a) => a.name.value !== 'after'), after],
          selectionSet: { ...node.selectionSet, selections: [...node.selectionSet.selections, cursor] },
        };
      },
    }),
  );
  const variable = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: name(afterVariable) },
    type: { kind: Kind.NAMED_TYPE, name: name('String') },
  } as const;
  const definitions = asked.definitions.map((d) =>
    d.kind === Kind.OPERATION_DEFINITION && d.name?.value === operation.name?.value
      ? { ...d, variableDefinitions: [...(d.variableDefinitions ?? []), variable] }
      : d,
  );
  return { document: { ...asked, definitions }, cursorKey, afterVariable };
}

/** `wanted`, lengthened until nothing in the document is called so. */
function unusedName(document: DocumentNode, wanted: string): string {
  const used = new Set<string>();
  visit(document, { Name: (node) => void used.add(node.value) });
  let name = wanted;
  while (used.has(name)) name += '_';
  return name;
}
