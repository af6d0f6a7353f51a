/** What the benchmark and its processes tell each other. */
import { z } from 'zod';

export const SimulationQuestion = z.literal('report');

export const SimulationReport = z.object({
  kind: z.literal('report'),
  /** Asked of all subgraphs since the last report. */
  requests: z.number(),
  /** The last body that each path was asked. */
  lastBodies: z.record(z.string(), z.string()),
});
export type SimulationReport = z.infer<typeof SimulationReport>;

export const Listening = z.object({ kind: z.literal('listening'), port: z.number() });
