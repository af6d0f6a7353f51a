/**
 * Which fields the client's document selects of an object: fragments that apply are taken in, fields of one
 * response name become one, in the order in which the document names them first.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type ConditionValues, isIncluded } from './conditions.js';
import { isOfType } from './types.js';

/** A selection set, and the type that the document selects it of. */
export interface Selected {
  set: SelectionSetNode;
  of: GraphQLCompositeType;
}

export interface CollectedField {
  responseName: string;
  /** All that select this field; the first one decides. */
  nodes: FieldNode[];
  /** The type that the field counts as selected of: the object's own, or that of the fragment around it. */
  parent: GraphQLCompositeType;
  /** Of the field; undefined for `__typename`, `__schema` and `__type`. */
  type: GraphQLOutputType | undefined;
  selected: Selected[];
}

export interface ClientDocument {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export function clientDocument(schema: GraphQLSchema, document: DocumentNode): ClientDocument {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return { schema, fragments };
}

/**
 * @param typename what the object says it is; undefined when it does not say, and the document's type is taken
 * @param parent the object's type, as far as it is known
 * @throws Error when the document does not fit the schema: it has not been validated
 */
export function collectFields(
  client: ClientDocument,
  selected: readonly Selected[],
  typename: string | undefined,
  conditions: ConditionValues,
): CollectedField[] {
  const { schema, fragments } = client;
  const collected = new Map<string, CollectedField>();
  const own = typename === undefined ? undefined : compositeType(schema, typename);

  const collect = ({ set, of }: Selected, parent: GraphQLCompositeType): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        add(selection, of, parent);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!fragment) throw new Error('The document spreads a fragment that it does not define.');
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined) collect({ set: fragment.selectionSet, of }, parent);
      else if (isOfType(schema, typename ?? parent.name, condition)) {
        const narrowed = compositeType(schema, condition);
        collect({ set: fragment.selectionSet, of: narrowed }, narrowed);
      }
    }
  };

  const add = (node: FieldNode, of: GraphQLCompositeType, parent: GraphQLCompositeType): void => {
    const responseName = node.alias?.value ?? node.name.value;
    const type = typeOfField(node, of);
    const inner = type && getNamedType(type);
    const within = node.selectionSet && isCompositeType(inner) ? [{ set: node.selectionSet, of: inner }] : [];
    const known = collected.get(responseName);
    if (known) {
      known.nodes.push(node);
      known.selected.push(...within);
    } else collected.set(responseName, { responseName, nodes: [node], parent, type, selected: within });
  };

  for (const each of selected) collect(each, own ?? each.of);
  return [...collected.values()];
}

function compositeType(schema: GraphQLSchema, name: string): GraphQLCompositeType {
  const type = schema.getType(name);
  if (!isCompositeType(type)) throw new Error(`The schema has no type "${name}" that fields can be selected of.`);
  return type;
}

function typeOfField({ name }: FieldNode, of: GraphQLCompositeType): GraphQLOutputType | undefined {
  if (name.value.startsWith('__')) return undefined;
  const field = isUnionType(of) ? undefined : of.getFields()[name.value];
  if (!field) throw new Error(`The schema has no field "${name.value}" of type "${of.name}".`);
  return field.type;
}
