/**
 * What an operation may cost: the objects that its answer may hold. A field of an object counts one, a list as
 * many as it may have: what `first` or `last` ask of it or of the connection that it stands in, variables and
 * defaults included, else a fixed guess. So a page of a page multiplies.
 */
import { AppError } from '@interview/runtime/errors';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Objects of a list that has no page arguments: questions of a round, skills of a resume. */
const UNPAGED_LIST = 10;
/** The largest page that the graph gives; a wish for more is refused by who answers the field. */
const LARGEST_PAGE = 500;

/** @throws AppError VALIDATION_FAILED that names the cost and the limit. */
export function checkCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  maxCost: number,
): void {
  const cost = costOf(schema, document, operation, variables);
  if (cost <= maxCost) return;
  const message = `The operation costs ${cost}, and at most ${maxCost} is taken: the objects that it may answer with. Ask for shorter or fewer lists.`;
  throw new AppError('VALIDATION_FAILED', message);
}

/**
 * @param document validated, and within the limits of `limits.ts`, which bound what is walked here
 * @param variables coerced
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [])),
  );
  const typeNamed = (name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType => {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : otherwise;
  };

  /** @param page size of the page that the connection around this was asked for */
  const costOfSet = (set: SelectionSetNode, parent: GraphQLCompositeType, page: number | undefined): number => {
    let total = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = isUnionType(parent) ? undefined : parent.getFields()[selection.name.value];
        if (field && selection.selectionSet) total += costOfField(selection, selection.selectionSet, field, page);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        total += costOfSet(selection.selectionSet, typeNamed(selection.typeCondition?.name.value, parent), page);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (!fragment) continue;
        total += costOfSet(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value, parent), page);
      }
    }
    return total;
  };

  const costOfField = (
    node: FieldNode,
    selected: SelectionSetNode,
    field: GraphQLField<unknown, unknown>,
    page: number | undefined,
  ): number => {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 0;
    const asked = pageOf(field, node, variables);
    if (!isListType(getNullableType(field.type))) return 1 + costOfSet(selected, type, asked);
    return (asked ?? page ?? UNPAGED_LIST) * (1 + costOfSet(selected, type, undefined));
  };

  const root = schema.getRootType(operation.operation);
  return root ? costOfSet(operation.selectionSet, root, undefined) : 0;
}

/** How many a field was asked for; undefined where it has no such argument. */
function pageOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  const sized = field.args.filter((a) => a.name === 'first' || a.name === 'last');
  if (sized.length === 0) return undefined;
  const given = getArgumentValues(field, node, variables);
  const sizes = sized.flatMap(({ name }) => (typeof given[name] === 'number' ? [given[name]] : []));
  const largest = sizes.length > 0 ? Math.max(...sizes) : LARGEST_PAGE;
  return Math.min(Math.max(largest, 1), LARGEST_PAGE);
}
