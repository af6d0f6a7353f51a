/**
 * Finds out whether a document reads what each viewer is answered differently, such as a token minted for them:
 * fields that the supergraph tags `per-viewer`. Who reads one shares a feed with nobody else.
 */
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const PER_VIEWER = 'per-viewer';

/** @param supergraphSchema the schema with its tags; the one that clients see has none */
export function readsPerViewer(supergraphSchema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(supergraphSchema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const parent = types.getParentType();
        if (!parent) return;
        const possible: readonly GraphQLObjectType[] = isObjectType(parent)
          ? [parent]
          : isAbstractType(parent)
            ? supergraphSchema.getPossibleTypes(parent)
            : [];
        const declaring = isInterfaceType(parent) ? [parent, ...possible] : possible;
        found ||= declaring.some((type) => isPerViewer(type.getFields()[node.name.value]));
      },
    }),
  );
  return found;
}

function isPerViewer(field: GraphQLField<unknown, unknown> | undefined): boolean {
  const directives = field?.astNode?.directives ?? [];
  return directives.some(
    ({ name, arguments: given }) =>
      name.value === 'tag' &&
      given?.some((a) => a.name.value === 'name' && a.value.kind === Kind.STRING && a.value.value === PER_VIEWER),
  );
}
