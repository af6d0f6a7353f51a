/** A signal of the peer-to-peer call: what it is in the graph, and how large it may be. */
import { type FieldProblem, validationFailed } from '@interview/runtime/errors';
import { JSONValue } from '@interview/subgraph-kit/scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    "One step of the peer-to-peer call's negotiation, passed between the two people of a round and stored nowhere.",
})
export class Signal {
  @Field(() => ID)
  from!: string;
  @Field(() => JSONValue)
  payload!: unknown;
}

/** A session description with many codecs is about 10 KB. */
const MAX_PAYLOAD_BYTES = 64 * 1024;
const MAX_PAYLOAD_DEPTH = 32;

/** @throws AppError VALIDATION_FAILED */
export function checkPayload(payload: unknown): void {
  const problem = (message: string): FieldProblem[] => [{ path: 'payload', message }];
  if (payload === null || payload === undefined) throw validationFailed(problem('must not be null'));
  // First: what is nested too deeply cannot be written as text either.
  if (isDeeperThan(payload, MAX_PAYLOAD_DEPTH)) {
    throw validationFailed(problem(`must be nested at most ${MAX_PAYLOAD_DEPTH} levels deep`));
  }
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw validationFailed(problem(`must be at most ${MAX_PAYLOAD_BYTES} bytes of JSON, and has ${bytes}`));
  }
}

/** Level by level and not by recursion, which a payload could exhaust. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
