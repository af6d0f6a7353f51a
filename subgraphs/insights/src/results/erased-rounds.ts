/** Rounds of erased candidates: rounds tells of them, so that what is still on its way is dropped. */
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** A batch holds results of rounds that were erased. */
export class RoundsErased extends Error {
  override readonly name = 'RoundsErased';

  constructor(readonly roundIds: ReadonlySet<string>) {
    super('Results of erased rounds are not stored.');
  }
}

/** As `insights.store_results` refuses them: this SQLSTATE, and the rounds in the detail. */
const ROUNDS_ERASED = 'IR001';

/** What the error says of erased rounds; undefined when it is about something else. */
export function roundsErasedBy(error: unknown): RoundsErased | undefined {
  const { code, detail } = (error ?? {}) as { code?: unknown; detail?: unknown };
  if (code !== ROUNDS_ERASED) return undefined;
  return new RoundsErased(new Set(JSON.parse(String(detail)) as string[]));
}

export async function erasedAmong(em: SqlEntityManager, roundIds: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ round_id: string }[]>(
    "select round_id from rounds.erased_rounds where round_id = any(string_to_array(?, ',')::uuid[])",
    [[...new Set(roundIds)].join(',')],
  );
  return new Set(rows.map((row) => row.round_id));
}
