/** What the benchmark and the process of its simulated subgraph tell each other. */
import { z } from 'zod';

const id = z.number();

export const Command = z.discriminatedUnion('kind', [
  /** `turns` times, `perSecond` of them a second: `burst` events at once in the next of the rounds. */
  z.object({
    kind: z.literal('emit'),
    id,
    rounds: z.array(z.string()).min(1),
    turns: z.number().int().min(1),
    burst: z.number().int().min(1),
    perSecond: z.number().min(1),
  }),
  /** Ends every emission that is under way. */
  z.object({ kind: z.literal('stop'), id }),
  /** Which subscriptions were asked for, and how far each round is. */
  z.object({ kind: z.literal('report'), id }),
]);
export type Command = z.infer<typeof Command>;
export type Emission = Omit<Extract<Command, { kind: 'emit' }>, 'kind' | 'id'>;

export const Report = z.object({
  /** With how many each was asked for: a round, and the cursor that it was asked to go on from. */
  asked: z.array(z.object({ roundId: z.string(), after: z.string().nullable(), times: z.number() })),
  /** Events of each round so far. */
  heads: z.record(z.string(), z.number()),
});
export type Report = z.infer<typeof Report>;

/** Each bears the id of its command. */
export const Answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), id }),
  z.object({ kind: z.literal('report'), id, report: Report }),
]);
export type Answer = z.infer<typeof Answer>;

/** The first word of the simulated subgraph and of the peers: where they listen. */
export const Listening = z.object({ kind: z.literal('listening'), port: z.number() });
export type Listening = z.infer<typeof Listening>;
