/**
 * How large a document may be. Counted with fragments spread out, each fragment once for each place that it is
 * spread in, so that a small text cannot stand for a huge operation. What it may cost to answer, where
 * variables decide too, is in `cost.ts`.
 */
import {
  type ASTNode,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  visit,
} from 'graphql';

export const LIMITS = {
  /** Lexical tokens of a document, checked by the parser. */
  tokens: 2000,
  /** Levels of fields below the root. */
  depth: 12,
  /** Fields under another name than their own, `__typename` too. */
  aliases: 60,
  /** Fields in all, equal ones too. */
  fields: 1000,
  /** Directives in all, built in ones too. */
  directives: 50,
  /** Levels of lists and objects in a value that the document holds; every second one doubles the planner's work. */
  literals: 8,
} as const;

const COUNTED = ['depth', 'aliases', 'fields', 'directives'] as const;
type Size = Record<(typeof COUNTED)[number], number>;

/** Validation rule. Introspection has limits of its own in graphql-js and does not count for the depth. */
export function withinLimits(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const errors = document.definitions.flatMap((definition) => [
        ...(definition.kind === Kind.OPERATION_DEFINITION ? problemsOf(definition, context) : []),
        ...problemsOfLiterals(definition),
      ]);
      for (const error of errors) context.reportError(error);
      return errors.length > 0 ? nothingMore(document) : undefined;
    },
  };
}

/**
 * What a rule returns from `Document` to end the validation of a document that it refused: the rules after it
 * have nothing left to visit, so a hostile document costs no more than its own refusal.
 */
export function nothingMore(document: DocumentNode): DocumentNode {
  return { ...document, definitions: [] };
}

function problemsOf(operation: OperationDefinitionNode, context: ValidationContext): GraphQLError[] {
  const size = measure(operation, context);
  return COUNTED.filter((name) => size[name] > LIMITS[name]).map((name) => {
    const message = `The operation is too large: at most ${LIMITS[name]} for ${name}, and it has ${size[name]}.`;
    return new GraphQLError(message, { nodes: [operation] });
  });
}

function problemsOfLiterals(definition: ASTNode): GraphQLError[] {
  let open = 0;
  let deepest = 0;
  const level = {
    enter: () => {
      open += 1;
      deepest = Math.max(deepest, open);
    },
    leave: () => {
      open -= 1;
    },
  };
  visit(definition, { ListValue: level, ObjectValue: level });
  if (deepest <= LIMITS.literals) return [];
  const message = `A value in the operation is nested ${deepest} levels deep, and at most ${LIMITS.literals} are taken: give it as a variable.`;
  return [new GraphQLError(message, { nodes: [definition] })];
}

function measure(operation: OperationDefinitionNode, context: ValidationContext): Size {
  const known = new Map<string, Size>();

  const sizeOfFragment = (fragment: FragmentDefinitionNode, open: ReadonlySet<string>): Size => {
    const name = fragment.name.value;
    const size = known.get(name) ?? sizeOf(fragment.selectionSet, new Set([...open, name]));
    known.set(name, size);
    return { ...size, directives: size.directives + (fragment.directives?.length ?? 0) };
  };

  const sizeOf = (set: SelectionSetNode, open: ReadonlySet<string>): Size => {
    const total: Size = { depth: 0, aliases: 0, fields: 0, directives: 0 };
    for (const selection of set.selections) {
      let inner: Size | undefined;
      let deeper = 0;
      if (selection.kind === Kind.FIELD) {
        total.fields += 1;
        if (selection.alias) total.aliases += 1;
        const introspects = selection.name.value.startsWith('__');
        deeper = introspects ? 0 : 1;
        inner = selection.selectionSet && sizeOf(selection.selectionSet, open);
        if (introspects && inner) inner = { ...inner, depth: 0 };
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        inner = sizeOf(selection.selectionSet, open);
      } else {
        const fragment = context.getFragment(selection.name.value);
        // A cycle is another rule's complaint; here it must only not be walked for ever.
        if (fragment && !open.has(fragment.name.value)) inner = sizeOfFragment(fragment, open);
      }
      total.directives += (selection.directives?.length ?? 0) + (inner?.directives ?? 0);
      total.depth = Math.max(total.depth, deeper + (inner?.depth ?? 0));
      total.aliases += inner?.aliases ?? 0;
      total.fields += inner?.fields ?? 0;
    }
    return total;
  };

  const size = sizeOf(operation.selectionSet, new Set());
  const beside = [operation, ...(operation.variableDefinitions ?? [])];
  size.directives += beside.reduce((sum, node) => sum + (node.directives?.length ?? 0), 0);
  return size;
}
