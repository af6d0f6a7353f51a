/** Reads resume files in the background, one at a time in each replica: text, then facts, then one statement that stores both. */
import { addAbortSignal, type Readable } from 'node:stream';
import type { Logger } from '@interview/runtime/log';
import { startJob } from '@interview/subgraph-kit/job';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { DamagedFileError } from '../crypt/damaged-file.js';
import { readFacts } from '../facts/resume-facts.js';
import { extensionOf } from '../file-name.js';
import type { Resume } from '../resume.entity.js';
import { type ResumeKind, readText } from '../text/read-text.js';
import { addUnread, type Claim, claimUnread, type ReadResume, releaseClaim, storeRead } from './reading.queue.js';

export interface ResumeReader {
  /** In the transaction that keeps the file: from its commit on, the file will be read. */
  remember(tx: SqlEntityManager, resume: Resume): Promise<void>;
  /** After it: reads now, rather than in a while. Resolves when nothing waits any more; never rejects. */
  wake(): Promise<void>;
  /** Gives a file that is being read back, for whoever starts next. */
  stop(): Promise<void>;
}

export interface ResumeReaderOptions {
  orm: MikroORM;
  /** Of plaintext. */
  store: { read(name: string): Promise<Readable | null> };
  log: Logger;
  now?: () => Date;
  /** Replaced in tests of what happens when a thread fails. */
  readText?: typeof readText;
  /** After a failure, before the next attempt. */
  retryMs?: number;
}

/** For what another replica left, and what failed. */
const POLL_MS = 5000;
const RETRY_MS = 30_000;
const MAX_ATTEMPTS = 3;
/** Files are whole in memory while they are read, twice at most. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Less than a claim lasts, with the time that reading takes. */
const FETCH_LIMIT_MS = 60_000;

/** The store's failure and not the file's: it may be tried as often as it takes. */
class FetchFailedError extends Error {
  override readonly name = 'FetchFailedError';
}

const unreadable = (parseError: string): ReadResume => ({ text: null, facts: null, parseError });
const GIVEN_UP = unreadable(`The file could not be read in ${MAX_ATTEMPTS} attempts.`);
const GONE = unreadable('The file is no longer in the store.');
const DAMAGED = unreadable('The file was damaged in the store: upload it again.');
const TOO_LARGE = unreadable('The file is too large to be read.');

export function startResumeReader(options: ResumeReaderOptions): ResumeReader {
  const { orm, store, log } = options;
  const { now = () => new Date(), retryMs = RETRY_MS } = options;
  const openText = options.readText ?? readText;
  const stopping = new AbortController();
  const fork = () => orm.em.fork() as SqlEntityManager;

  async function read(claim: Claim): Promise<ReadResume> {
    if (claim.sizeBytes > MAX_FILE_BYTES) return TOO_LARGE;
    const kind = extensionOf(claim.filePath);
    // The upload names files by what they hold.
    if (!isKind(kind)) throw new Error(`A resume ends in .${kind}.`);
    const bytes = await fetchFile(claim);
    if (!('buffer' in bytes)) return bytes;
    const reading = await openText(bytes, kind, { signal: stopping.signal });
    if (reading.kind === 'unreadable') return unreadable(reading.reason);
    const { facts, contradictions } = readFacts(reading.text, now());
    const remarks = [...(reading.remark ? [reading.remark] : []), ...contradictions];
    return { text: reading.text, facts, parseError: remarks.join(' ') || null };
  }

  async function fetchFile({ filePath }: Claim): Promise<Uint8Array<ArrayBuffer> | ReadResume> {
    try {
      const stream = await store.read(filePath);
      if (!stream) return GONE;
      return await whole(
        addAbortSignal(AbortSignal.any([stopping.signal, AbortSignal.timeout(FETCH_LIMIT_MS)]), stream),
      );
    } catch (error) {
      if (error instanceof DamagedFileError) return DAMAGED;
      throw new FetchFailedError('The file could not be fetched from the store.', { cause: error });
    }
  }

  async function readClaimed(claim: Claim): Promise<void> {
    const { resumeId, attempt } = claim;
    try {
      // Whoever claimed it before died of it, or nearly.
      const result = attempt > MAX_ATTEMPTS ? GIVEN_UP : await read(claim);
      if (await storeRead(fork(), claim, result)) log.debug({ resumeId, parseError: result.parseError }, 'resume read');
    } catch (error) {
      if (stopping.signal.aborted) return releaseClaim(fork(), claim, { afterMs: 0, counts: false });
      const counts = !(error instanceof FetchFailedError);
      log.warn({ resumeId, attempt, err: error }, 'a resume could not be read');
      if (counts && attempt >= MAX_ATTEMPTS) await storeRead(fork(), claim, GIVEN_UP);
      else await releaseClaim(fork(), claim, { afterMs: retryMs, counts });
    }
  }

  const job = startJob({
    name: 'the reading of resumes',
    everyMs: POLL_MS,
    log,
    async run() {
      while (!stopping.signal.aborted) {
        const claim = await claimUnread(fork());
        if (!claim) return;
        await readClaimed(claim);
      }
    },
  });
  return {
    remember: addUnread,
    wake: () => job.kick(),
    stop() {
      stopping.abort();
      return job.stop();
    },
  };
}

const isKind = (extension: string): extension is ResumeKind => ['pdf', 'docx', 'doc'].includes(extension);

/** In a buffer of its own, which can be given to a thread. */
async function whole(stream: Readable): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
