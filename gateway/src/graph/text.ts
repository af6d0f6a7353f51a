/**
 * Text that can be stored as it is given: PostgreSQL keeps neither NUL nor half of a surrogate pair, and what would
 * be kept in its place is not what the client was answered. Refused here, for every String of the graph at once. An
 * ID is only looked for, and JSON is not stored: they pass, and find nothing.
 */
import {
  type ASTVisitor,
  GraphQLError,
  type GraphQLInputType,
  GraphQLString,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  type ValidationContext,
} from 'graphql';

const REASON = 'must be text without NUL characters and broken surrogates';

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * Tells each String in a coerced value that cannot be stored.
 * @param told gets the place, as graphql-js writes it, and the reason
 */
export function findUnstorable(
  value: unknown,
  type: GraphQLInputType,
  told: (path: readonly (string | number)[], reason: string) => void,
  path: readonly (string | number)[] = [],
): void {
  const bare = getNullableType(type);
  if (Array.isArray(value)) {
    const inner = isListType(bare) ? bare.ofType : bare;
    for (const [index, item] of value.entries()) findUnstorable(item, inner, told, [...path, index]);
  } else if (isInputObjectType(bare) && typeof value === 'object' && value !== null) {
    const fields = bare.getFields();
    for (const [name, item] of Object.entries(value)) {
      const field = fields[name];
      if (field) findUnstorable(item, field.type, told, [...path, name]);
    }
  } else if (bare.toString() === GraphQLString.name && typeof value === 'string' && !isStorable(value)) {
    told(path, REASON);
  }
}

/** Validation rule: the same for what stands in the document. */
export function storableText(context: ValidationContext): ASTVisitor {
  return {
    StringValue(node) {
      const type = context.getInputType();
      if (!type || getNamedType(type).name !== GraphQLString.name || isStorable(node.value)) return;
      context.reportError(new GraphQLError(`A String ${REASON}.`, { nodes: [node] }));
    },
  };
}
