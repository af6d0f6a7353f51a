/** What happens to a round's resume: taken in, replaced as a whole, read by who may. */
import { randomUUID } from 'node:crypto';
import { notFound, validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import { loadRoundAccess, PARTICIPANTS, readable, required } from '@interview/subgraph-kit/round-access';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { checkContent } from './checks/check-content.js';
import type { ResumeReader } from './reading/resume-reader.js';
import { Resume } from './resume.entity.js';
import { lockResumeOf } from './resume-lock.js';
import { resumeTypeOf } from './resume-type.js';
import type { MalwareScan } from './scan/malware-scan.js';
import type { EncryptedFile, EncryptedStore } from './store/encrypted-store.js';
import type { UploadForm } from './upload-form.js';

/**
 * Who may give and see a resume is the kit's PARTICIPANTS: the round's candidate, its assigned interviewer, HR
 * and ADMIN.
 */
export interface ResumeService {
  /**
   * Makes the file the round's resume, in the place of an earlier one.
   * @throws AppError NOT_FOUND or ACCESS_DENIED (the round), VALIDATION_FAILED (another candidate, malware),
   * UNSUPPORTED_MEDIA_TYPE (what the file is or holds), SERVICE_UNAVAILABLE. The file is neither stored nor left in
   * the store then.
   */
  take(context: SubgraphContext, upload: UploadForm<EncryptedFile>): Promise<Resume>;
  /** Null where there is none for the viewer. @throws AppError ACCESS_DENIED */
  ofRound(context: SubgraphContext, roundId: string): Promise<Resume | null>;
  /** The same, by the resume's own id. */
  byId(context: SubgraphContext, id: string): Promise<Resume | null>;
  /** The same, by the address of its file. */
  byUrl(context: SubgraphContext, fileUrl: string): Promise<Resume | null>;
  /** Writes down that the viewer is given the file. Nothing of it may leave before this has resolved. */
  recordAccess(context: SubgraphContext, resume: Resume): Promise<void>;
}

export interface ResumeServiceOptions {
  store: EncryptedStore;
  /** Without one files are not scanned for malware. */
  scan?: MalwareScan | undefined;
  /** Told of every resume that is kept. */
  reader: Pick<ResumeReader, 'remember' | 'wake'>;
  log: Logger;
  now?: () => Date;
}

const resumeOfRound = entityBy(Resume, 'roundId');
const resumeById = entityBy(Resume, 'id');

export function createResumeService({
  store,
  scan,
  reader,
  log,
  now = () => new Date(),
}: ResumeServiceOptions): ResumeService {
  async function take(context: SubgraphContext, upload: UploadForm<EncryptedFile>): Promise<Resume> {
    const { file, fileName } = upload;
    const round = required(context.viewer, await context.rounds.load(upload.roundId), PARTICIPANTS);
    if (upload.candidateId !== round.candidateId) {
      throw validationFailed([{ path: 'candidateId', message: "is not the round's candidate" }]);
    }
    const { extension, mimeType } = await resumeTypeOf(fileName, file);
    await checkContent(extension, file);
    await scan?.(file);
    const fileId = `${randomUUID()}.${extension}`;
    const name = `${round.id}_${fileId}`;
    const resume: Resume = {
      id: randomUUID(),
      externalCandidateId: round.candidateId,
      roundId: round.id,
      companyId: round.companyId,
      fileName,
      filePath: name,
      fileUrl: `/api/resumes/files/${fileId}`,
      mimeType,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      wrappedKey: await file.wrappedKey(name),
      createdAt: now(),
    };
    const replaced = await replace(context, resume, () => file.keep(name));
    void reader.wake();
    if (replaced) await removeFile(replaced);
    return Object.assign(new Resume(), resume);
  }

  /** Answers the name of the file that was the round's resume before. */
  async function replace(
    { em, viewer }: SubgraphContext,
    resume: Resume,
    keep: () => Promise<void>,
  ): Promise<string | undefined> {
    let kept = false;
    try {
      return await em.transactional(async (transaction) => {
        const tx = transaction as SqlEntityManager;
        // One upload of a round at a time: which file is replaced must be known.
        await lockResumeOf(tx, resume.roundId);
        // An erasure that was ordered meanwhile has the same lock: what comes after it must not come in.
        const [round] = await loadRoundAccess(tx, [resume.roundId]);
        if (!round) throw notFound('The round');
        const earlier = await tx.findOne(Resume, { roundId: resume.roundId }, { disableIdentityMap: true });
        if (earlier) await tx.nativeDelete(Resume, { id: earlier.id });
        await tx.insert(Resume, resume);
        await reader.remember(tx, resume);
        await keep();
        kept = true;
        const { id, companyId, roundId, sizeBytes, mimeType } = resume;
        await recordAudit(tx, {
          ...{ companyId, actor: viewer, action: 'RESUME_UPLOADED', roundId },
          detail: { resumeId: id, sizeBytes, mimeType },
        });
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
    byUrl: async (context, fileUrl) =>
      seenBy(context, await context.em.findOne(Resume, { fileUrl }, { disableIdentityMap: true })),
    async recordAccess({ em, viewer }, { id, companyId, roundId }) {
      await recordAudit(em, {
        ...{ companyId, actor: viewer, action: 'RESUME_ACCESSED', roundId },
        detail: { resumeId: id },
      });
    },
  };
}
