/**
 * The event that the benchmarks of feeds send, and how it is shaped by a selection. It is as large as a usual insight:
 * its frame at a client has about 413 bytes. What a client checks and measures stands in its `value`.
 */
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  valueFromASTUntyped,
} from 'graphql';

/** What every subscriber of the benchmarks asks for. */
export const FEED_DOCUMENT =
  'subscription Feed($roundId: ID!, $after: String) { insightAdded(roundId: $roundId, after: $after) { id type severity timestampMs value explanation cursor } }';

/** Names in `value`, found in the bytes of a frame. */
export const SEQUENCE_KEY = 'sequence';
/** Microseconds of the machine's monotonic clock, which every process reads alike. */
export const SENT_AT_KEY = 'sentAtUs';

export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

export type InsightEvent = Readonly<Record<string, unknown>>;

/** The event at that place of a round's feed, from 1. */
export function insightEvent(sequence: number, sentAtUs: number): InsightEvent {
  return {
    __typename: 'Insight',
    id: `0192f3a4-5b6c-7d8e-9f00-${String(sequence).padStart(12, '0')}`,
    type: 'HEAD_MOVEMENT',
    severity: 'INFO',
    timestampMs: sequence * 100,
    value: {
      level: 'moderate',
      movesPerMinute: 4,
      yawDeg: 12.5,
      pitchDeg: -3.25,
      rollDeg: 1.5,
      [SENT_AT_KEY]: sentAtUs,
      [SEQUENCE_KEY]: sequence,
    },
    explanation: 'The head turned 4 times in the last minute (moderate from 3, frequent from 8).',
    cursor: String(sequence),
  };
}

/** What a subscription's document asks of the feed. */
export interface Asked {
  roundId: string;
  after: string | undefined;
  /** The event as JSON of `data`, with the names that the document gives. */
  render(event: InsightEvent): string;
}

/** @throws Error when the document does not subscribe to `insightAdded`, or asks for a field that the event lacks. */
export function readDocument(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Asked {
  const operation = document.definitions.find(
    (d): d is OperationDefinitionNode => d.kind === Kind.OPERATION_DEFINITION,
  );
  const [root] = operation?.selectionSet.selections ?? [];
  if (root?.kind !== Kind.FIELD || root.name.value !== 'insightAdded') throw new Error('Only insightAdded is served.');
  const argument = (name: string): unknown => {
    const node = root.arguments?.find((a) => a.name.value === name);
    return node && valueFromASTUntyped(node.value, variables);
  };
  const after = argument('after');
  const fields = (root.selectionSet?.selections ?? []).map(asField);
  const rootKey = JSON.stringify(keyOf(root));
  return {
    roundId: String(argument('roundId')),
    after: typeof after === 'string' ? after : undefined,
    render: (event) => {
      const shaped = Object.fromEntries(fields.map((field) => [keyOf(field), fieldOf(event, field.name.value)]));
      return `{${rootKey}:${JSON.stringify(shaped)}}`;
    },
  };
}

const keyOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;

function asField(selection: SelectionNode): FieldNode {
  if (selection.kind !== Kind.FIELD) throw new Error('Only plain fields are served.');
  return selection;
}

function fieldOf(event: InsightEvent, field: string): unknown {
  if (!(field in event)) throw new Error(`The event has no ${field}.`);
  return event[field];
}
