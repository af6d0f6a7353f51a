/**
 * Reads a subscription document: refuses what cannot be kept up as a feed, and rewrites what is asked
 * upstream so that the feed can be resumed.
 *
 * A root field is resumable when it has an argument `after` and its type a field `cursor`. Such a field is
 * asked upstream for its cursor too, under a reserved name, and its `after` becomes a variable of the
 * gateway's own. The client's document stays as it is and shapes what the client receives, so the additions
 * never leave.
 */
import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  TypeInfo,
  type ValidationContext,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { withinLimits } from '../graph/limits.js';

/**
 * Validates a subscription. Ours come first: graphql-js's rule of the one root field throws, instead of
 * reporting, where a variable decides on that field.
 */
export function validateFeed(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const errors = validate(schema, document, [withinLimits, unconditionalRoot]);
  return errors.length > 0 ? errors : validate(schema, document);
}

/** A feed that is there or not by a variable could not be planned. */
function unconditionalRoot(context: ValidationContext): ASTVisitor {
  const check = (set: SelectionSetNode, seen: ReadonlySet<string>): void => {
    for (const selection of set.selections) {
      const conditional = selection.directives?.find((d) => ['skip', 'include'].includes(d.name.value));
      if (conditional) {
        const message = `@${conditional.name.value} cannot be used on the root field of a subscription.`;
        context.reportError(new GraphQLError(message, { nodes: [conditional] }));
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet, seen);
      if (selection.kind === Kind.FRAGMENT_SPREAD && !seen.has(selection.name.value)) {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) check(fragment.selectionSet, new Set([...seen, selection.name.value]));
      }
    }
  };
  return {
    OperationDefinition(operation) {
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) check(operation.selectionSet, new Set());
    },
  };
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

/** The document to plan when the root field is resumable; undefined when it is not. */
export function resumableDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  field: GraphQLField<unknown, unknown>,
): ResumableDocument | undefined {
  const type = getNamedType(field.type);
  const resumable = field.args.some((a) => a.name === 'after') && isObjectType(type) && type.getFields()['cursor'];
  if (!resumable) return undefined;

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
