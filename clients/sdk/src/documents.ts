/**
 * What the client must know of a document before it sends it: its kind, its name, and whether its feed can be
 * resumed.
 *
 * The convention for a feed that takes `after`: the operation declares `$after: String`, passes it as the root
 * field's `after`, and selects `cursor` there under its own name. Then a lost connection costs nothing. A feed
 * that the graph lets resume must be written so; `inspectDocument` refuses it otherwise, since it would lose
 * events without a word.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionSetNode,
} from 'graphql';

/** Root fields of Subscription that take `after`; a test compares this list with the schema. */
export const RESUMABLE_FIELDS: ReadonlySet<string> = new Set(['insightAdded', 'fraudAlertRaised', 'transcriptUpdated']);

export interface InspectedDocument {
  kind: OperationTypeNode;
  operationName: string | undefined;
  text: string;
  /** The key in `data` under which the root field answers, where the feed can be resumed. */
  resumeKey: string | undefined;
}

const inspected = new WeakMap<DocumentNode, InspectedDocument>();

/** @throws TypeError where the document holds not exactly one operation, or breaks the convention above. */
export function inspectDocument(document: DocumentNode): InspectedDocument {
  const known = inspected.get(document);
  if (known) return known;
  const operation = onlyOperation(document);
  const found = {
    kind: operation.operation,
    operationName: operation.name?.value,
    text: print(document),
    resumeKey: operation.operation === OperationTypeNode.SUBSCRIPTION ? resumeKey(operation, document) : undefined,
  };
  inspected.set(document, found);
  return found;
}

function onlyOperation(document: DocumentNode): OperationDefinitionNode {
  const operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (!operation || operations.length > 1) {
    throw new TypeError(`A document holds one operation, this one ${operations.length}.`);
  }
  return operation;
}

function resumeKey(operation: OperationDefinitionNode, document: DocumentNode): string | undefined {
  const fragments = new Map(
    document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]),
  );
  const root = [...fieldsOf(operation.selectionSet, fragments)][0];
  if (!root) throw new TypeError('A subscription selects one root field.');
  const declares = operation.variableDefinitions?.some((v) => v.variable.name.value === 'after') ?? false;
  if (!declares && !RESUMABLE_FIELDS.has(root.name.value)) return undefined;
  if (!declares || !passesAfter(root) || !selectsCursor(root, fragments)) {
    throw new TypeError(
      `${root.name.value} can be resumed: declare $after: String, pass it as "after: $after", and select "cursor".`,
    );
  }
  return root.alias?.value ?? root.name.value;
}

function passesAfter(field: FieldNode): boolean {
  const after = field.arguments?.find((a) => a.name.value === 'after');
  return after?.value.kind === Kind.VARIABLE && after.value.name.value === 'after';
}

function selectsCursor(field: FieldNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  if (!field.selectionSet) return false;
  return fieldsOf(field.selectionSet, fragments).some((f) => f.name.value === 'cursor' && !f.alias);
}

function fieldsOf(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, fragments);
    const fragment = fragments.get(selection.name.value);
    return fragment ? fieldsOf(fragment.selectionSet, fragments) : [];
  });
}
