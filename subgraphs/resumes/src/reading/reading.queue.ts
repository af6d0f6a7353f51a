/**
 * Which files are still to be read. A row says so from the upload's own transaction on, so a crash forgets none; a
 * replica claims one for a while, so that no other reads it too; what was read is stored only under the claim it was read
 * under. A re-upload takes the row away with its file: what was read of the older one then finds no row.
 */
import type { ResumeFacts } from '@interview/schema/messages';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Resume } from '../resume.entity.js';

/** Longer than fetching and reading a file may take. Afterwards the one who claimed it counts as dead. */
const CLAIM_SECONDS = 120;

export interface Claim {
  resumeId: string;
  filePath: string;
  sizeBytes: number;
  /** Counts the claims, this one among them. */
  attempt: number;
}

export interface ReadResume {
  text: string | null;
  facts: ResumeFacts | null;
  parseError: string | null;
}

/** In the transaction that keeps the file. */
export async function addUnread(tx: SqlEntityManager, resume: Resume): Promise<void> {
  await tx.execute(
    `insert into resumes.candidate_resumes (resume_id, external_candidate_id, round_id, company_id) values (?, ?, ?, ?)`,
    [resume.id, resume.externalCandidateId, resume.roundId, resume.companyId],
  );
}

/** The file that has waited longest; null when none waits. */
export async function claimUnread(em: SqlEntityManager): Promise<Claim | null> {
  const [row] = await em.execute<{ resume_id: string; file_path: string; size_bytes: number; attempts: number }[]>(
    `update resumes.candidate_resumes reading
     set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => ?), updated_at = now()
     from resumes.candidate_resume_files file
     where file.id = reading.resume_id and reading.id = (
       select id from resumes.candidate_resumes where read_at is null and next_attempt_at <= now()
       order by next_attempt_at limit 1 for update skip locked)
     returning reading.resume_id, reading.attempts, file.file_path, file.size_bytes`,
    [CLAIM_SECONDS],
  );
  if (!row) return null;
  const { resume_id, file_path, size_bytes, attempts } = row;
  return { resumeId: resume_id, filePath: file_path, sizeBytes: size_bytes, attempt: attempts };
}

/** @returns false when the claim no longer holds: the file was replaced or erased, or another replica has it. */
export async function storeRead(em: SqlEntityManager, claim: Claim, read: ReadResume): Promise<boolean> {
  const stored = await em.execute<object[]>(
    `update resumes.candidate_resumes
     set resume_json = ?::jsonb, key_facts = ?::jsonb, parse_error = ?, read_at = now(), updated_at = now()
     where resume_id = ? and attempts = ? and read_at is null returning id`,
    [
      read.text === null ? null : JSON.stringify({ text: read.text }),
      read.facts && JSON.stringify(read.facts),
      read.parseError,
      claim.resumeId,
      claim.attempt,
    ],
  );
  return stored.length > 0;
}

/** Gives the claim back, for another attempt in a while. One that was not the file's fault does not count. */
export async function releaseClaim(
  em: SqlEntityManager,
  claim: Claim,
  { afterMs, counts }: { afterMs: number; counts: boolean },
): Promise<void> {
  await em.execute(
    `update resumes.candidate_resumes
     set attempts = attempts - ?, next_attempt_at = now() + make_interval(secs => ?), updated_at = now()
     where resume_id = ? and attempts = ? and read_at is null`,
    [counts ? 0 : 1, afterMs / 1000, claim.resumeId, claim.attempt],
  );
}
