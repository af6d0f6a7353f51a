/** The root field of a subscription is not up to a variable: whether there is a feed could then not be planned. */
import {
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { nothingMore } from './limits.js';

/**
 * Validation rule. It ends the validation too: graphql-js's own rule of the one root field throws, instead of
 * reporting, where a variable decides on that field.
 */
export function unconditionalRoot(context: ValidationContext): ASTVisitor {
  const conditionsIn = (set: SelectionSetNode, seen: Set<string>): DirectiveNode[] =>
    set.selections.flatMap((selection) => {
      const own = selection.directives?.filter((d) => d.name.value === 'skip' || d.name.value === 'include') ?? [];
      if (selection.kind === Kind.FIELD) return own;
      if (selection.kind === Kind.INLINE_FRAGMENT) return [...own, ...conditionsIn(selection.selectionSet, seen)];
      const name = selection.name.value;
      const fragment = seen.has(name) ? undefined : context.getFragment(name);
      seen.add(name);
      return fragment ? [...own, ...conditionsIn(fragment.selectionSet, seen)] : own;
    });

  return {
    Document(document) {
      const conditions = document.definitions.flatMap((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.SUBSCRIPTION
          ? conditionsIn(definition.selectionSet, new Set())
          : [],
      );
      for (const directive of conditions) {
        const message = `@${directive.name.value} cannot be used on the root field of a subscription.`;
        context.reportError(new GraphQLError(message, { nodes: [directive] }));
      }
      return conditions.length > 0 ? nothingMore(document) : undefined;
    },
  };
}
