/** A signal of the peer-to-peer call: what it is in the graph, and how large it may be. */
import { validationFailed } from '@interview/runtime/errors';
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

/** @throws AppError VALIDATION_FAILED */
export function checkPayload(payload: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  const message = `must be at most ${MAX_PAYLOAD_BYTES} bytes of JSON, and has ${bytes}`;
  throw validationFailed([{ path: 'payload', message }]);
}
