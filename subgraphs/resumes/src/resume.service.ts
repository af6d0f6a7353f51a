/** What happens to a round's resume: taken in, replaced as a whole, read by who may. */
import { randomUUID } from 'node:crypto';
import { validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import { PARTICIPANTS, readable, required } from '@interview/subgraph-kit/round-access';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { Resume } from './resume.entity.js';
import { resumeTypeOf } from './resume-type.js';
import type { FileStore } from './store/file-store.js';
import type { UploadForm } from './upload-form.js';

/**
 * Who may give and see a resume is the kit's PARTICIPANTS: the round's candidate, its assigned interviewer, HR
 * and ADMIN.
 */
export interface ResumeService {
  /**
   * Makes the file the round's resume, in the place of an earlier one.
   * @throws AppError NOT_FOUND or ACCESS_DENIED (the round), VALIDATION_FAILED (another candidate),
   * UNSUPPORTED_MEDIA_TYPE. The file is neither stored nor left in the store then.
   */
  take(context: SubgraphContext, upload: UploadForm): Promise<Resume>;
  /** Null where there is none for the viewer. @throws AppError ACCESS_DENIED */
  ofRound(context: SubgraphContext, roundId: string): Promise<Resume | null>;
  /** The same, by the resume's own id. */
  byId(context: SubgraphContext, id: string): Promise<Resume | null>;
  /** The same, by the name of its file in the store. */
  byFile(context: SubgraphContext, name: string): Promise<Resume | null>;
}

const resumeOfRound = entityBy(Resume, 'roundId');
const resumeById = entityBy(Resume, 'id');

export function createResumeService(store: FileStore, log: Logger, now: () => Date = () => new Date()): ResumeService {
  async function take(context: SubgraphContext, upload: UploadForm): Promise<Resume> {
    const { file, fileName } = upload;
    const round = required(context.viewer, await context.rounds.load(upload.roundId), PARTICIPANTS);
    if (upload.candidateId !== round.candidateId) {
      throw validationFailed([{ path: 'candidateId', message: "is not the round's candidate" }]);
    }
    const { extension, mimeType } = await resumeTypeOf(fileName, file);
    const name = `${randomUUID()}.${extension}`;
    const resume = {
      id: randomUUID(),
      externalCandidateId: round.candidateId,
      roundId: round.id,
      companyId: round.companyId,
      fileName,
      filePath: name,
      fileUrl: `/api/resumes/files/${name}`,
      mimeType,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      createdAt: now(),
    };
    const replaced = await replace(context.em, resume, () => file.keep(name));
    if (replaced) await removeFile(replaced);
    return Object.assign(new Resume(), resume);
  }

  /** Answers the name of the file that was the round's resume before. */
  async function replace(em: SqlEntityManager, resume: Resume, keep: () => Promise<void>): Promise<string | undefined> {
    let kept = false;
    try {
      return await em.transactional(async (tx) => {
        // One upload of a round at a time: which file is replaced must be known.
        await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [resume.roundId]);
        const earlier = await tx.findOne(Resume, { roundId: resume.roundId }, { disableIdentityMap: true });
        if (earlier) await tx.nativeDelete(Resume, { id: earlier.id });
        await tx.insert(Resume, resume);
        await keep();
        kept = true;
        return earlier?.filePath;
      });
    } catch (error) {
      // A commit whose answer was lost may have happened: only what surely has no row may go.
      if (kept && (await em.fork().count(Resume, { id: resume.id })) === 0) await store.remove(resume.filePath);
      throw error;
    }
  }

  /** Nobody can ask for the file any more; what cannot be removed now goes with the next sweep. */
  const removeFile = (name: string) =>
    store.remove(name).catch((error: unknown) => log.warn({ err: error, name }, 'a replaced file stays for the sweep'));

  const seenBy = async (context: SubgraphContext, resume: Resume | null): Promise<Resume | null> =>
    resume && readable(context.viewer, await context.rounds.load(resume.roundId), PARTICIPANTS) && resume;

  return {
    async take(context, upload) {
      try {
        return await take(context, upload);
      } catch (error) {
        await upload.file.discard();
        throw error;
      }
    },
    async ofRound(context, roundId) {
      const round = readable(context.viewer, await context.rounds.load(roundId), PARTICIPANTS);
      return round && resumeOfRound(context, round.id);
    },
    byId: async (context, id) => seenBy(context, await resumeById(context, id)),
    byFile: async (context, name) =>
      seenBy(context, await context.em.findOne(Resume, { filePath: name }, { disableIdentityMap: true })),
  };
}

/** Longer than any upload takes, so that what is on its way is left alone. */
const SWEEP_AGE_MS = 3600_000;

/** Removes what a crash between two steps of an upload left in the store: files that no resume refers to. */
export async function sweepStore(orm: MikroORM, store: FileStore, now: Date = new Date()): Promise<void> {
  const names = await store.leftSince(new Date(now.getTime() - SWEEP_AGE_MS));
  if (names.length === 0) return;
  const rows = await orm.em.fork().find(Resume, { filePath: { $in: names } }, { fields: ['filePath'] });
  const known = new Set(rows.map((row) => row.filePath));
  for (const name of names) if (!known.has(name)) await store.remove(name);
}
