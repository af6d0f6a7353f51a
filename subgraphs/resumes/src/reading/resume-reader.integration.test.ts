/** The queue of files to be read, and the reader at it: each reader here is a replica of its own. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { openSubgraphWorld, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { DamagedFileError } from '../crypt/damaged-file.js';
import { resumesDatabase } from '../database.js';
import { Resume } from '../resume.entity.js';
import { Round } from '../round.type.js';
import { ReadingFailedError, type TextReading } from '../text/read-text.js';
import { addUnread, claimUnread, storeRead } from './reading.queue.js';
import { ReadingResolver } from './reading.resolver.js';
import { type ResumeReader, type ResumeReaderOptions, startResumeReader } from './resume-reader.js';

let world: SubgraphWorld;
const readers: ResumeReader[] = [];
/** What is said to lie in the store. */
const files = new Map<string, string>();

beforeAll(async () => {
  world = await openSubgraphWorld({
    database: resumesDatabase,
    open: () => ({ resolvers: [ReadingResolver], orphanedTypes: [Round, Resume], references: {} }),
  });
});
afterAll(() => world.close());
beforeEach(() => world.sql('delete from resumes.candidate_resume_files'));
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop();
});

const em = () => world.foundation.orm.em.fork() as SqlEntityManager;
const asText = async (bytes: Uint8Array): Promise<TextReading> => ({
  kind: 'text',
  text: Buffer.from(bytes).toString(),
  remark: null,
});

function aReader(options: Partial<ResumeReaderOptions> = {}): ResumeReader {
  const reader = startResumeReader({
    orm: world.foundation.orm,
    log: world.foundation.log,
    store: { read: async (name) => Readable.from([Buffer.from(files.get(name) ?? '')]) },
    readText: asText,
    retryMs: 0,
    ...options,
  });
  readers.push(reader);
  return reader;
}

/** A kept file whose text is this, as an upload leaves it. */
async function anUnread(text: string): Promise<Resume> {
  const round = await world.addRound();
  const fileId = `${randomUUID()}.pdf`;
  const resume: Resume = Object.assign(new Resume(), {
    id: randomUUID(),
    externalCandidateId: round.candidateId,
    roundId: round.id,
    companyId: round.companyId,
    fileName: 'resume.pdf',
    filePath: fileId,
    fileUrl: `/api/resumes/files/${fileId}`,
    mimeType: 'application/pdf',
    sizeBytes: text.length,
    sha256: '0'.repeat(64),
    wrappedKey: Buffer.alloc(1),
    createdAt: new Date(),
  });
  files.set(fileId, text);
  await em().transactional(async (tx) => {
    await tx.insert(Resume, resume);
    await addUnread(tx as SqlEntityManager, resume);
  });
  return resume;
}

interface Row {
  resume_json: { text: string } | null;
  key_facts: { skills: { name: string }[] } | null;
  parse_error: string | null;
  read_at: Date | null;
  attempts: number;
}
async function rowOf({ id }: Resume): Promise<Row> {
  const [row] = await world.sql<Row>('select * from resumes.candidate_resumes where resume_id = ?', [id]);
  if (!row) throw new Error('There is no row.');
  return row;
}
const lapse = () => world.sql('update resumes.candidate_resumes set next_attempt_at = now()');
const errorOf = async (resume: Resume) => (await rowOf(resume)).parse_error;

describe('a file that is kept', () => {
  test('is read: its text, its facts', async () => {
    const resume = await anUnread('5 years of Go');
    await aReader().wake();
    expect(await rowOf(resume)).toMatchObject({
      resume_json: { text: '5 years of Go' },
      key_facts: { skills: [{ name: 'Go', years: 5 }] },
      parse_error: null,
      read_at: expect.anything(),
    });
  });

  test('is read once, however many read', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => anUnread(`number ${n}`)));
    const read: string[] = [];
    const noting: typeof asText = async (bytes) => {
      read.push(Buffer.from(bytes).toString());
      return asText(bytes);
    };
    await Promise.all(Array.from({ length: 3 }, () => aReader({ readText: noting }).wake()));
    expect(read.sort()).toEqual(Array.from({ length: 6 }, (_, n) => `number ${n}`));
  });

  test('whose dates contradict each other shows its facts, and says so', async () => {
    const resume = await anUnread('Experience\nPlanner, Acme Foods, 2022 – 2019');
    await aReader().wake();
    const row = await rowOf(resume);
    expect(row.key_facts).toMatchObject({ positions: [{ start: '2022', end: '2019' }] });
    expect(row.parse_error).toMatch(/ends before it begins/);
  });

  test('that cannot be opened says why, once and for all', async () => {
    const resume = await anUnread('x');
    let attempts = 0;
    const readText = async (): Promise<TextReading> => {
      attempts += 1;
      return { kind: 'unreadable', reason: 'It is a scan.' };
    };
    const reader = aReader({ readText });
    await reader.wake();
    await lapse();
    await reader.wake();
    expect(await rowOf(resume)).toMatchObject({ resume_json: null, key_facts: null, parse_error: 'It is a scan.' });
    expect(attempts).toBe(1);
  });
});

describe('a reader that dies', () => {
  test('loses nothing: another one reads the file when the claim has lapsed', async () => {
    const resume = await anUnread('Go, Python');
    expect(await claimUnread(em())).toMatchObject({ resumeId: resume.id, attempt: 1 });
    const other = aReader();
    await other.wake();
    expect(await rowOf(resume)).toMatchObject({ read_at: null });
    await lapse();
    await other.wake();
    expect(await rowOf(resume)).toMatchObject({ read_at: expect.anything(), attempts: 2 });
  });

  test('and was only slow stores nothing over what another one read', async () => {
    const resume = await anUnread('new');
    const slow = await claimUnread(em());
    await lapse();
    await aReader().wake();
    if (!slow) throw new Error('Nothing was claimed.');
    expect(await storeRead(em(), slow, { text: 'old', facts: null, parseError: null })).toBe(false);
    expect(await rowOf(resume)).toMatchObject({ resume_json: { text: 'new' } });
  });

  test('of the same file three times has that file given up, unopened', async () => {
    const resume = await anUnread('poison');
    for (let crash = 0; crash < 3; crash += 1) {
      await claimUnread(em());
      await lapse();
    }
    const readText = () => Promise.reject(new Error('is not to be opened'));
    await aReader({ readText }).wake();
    expect(await errorOf(resume)).toBe('The file could not be read in 3 attempts.');
  });
});

describe('a failure', () => {
  test('of the reading is given up after three attempts, and keeps no other file waiting', async () => {
    const poison = await anUnread('poison');
    const fine = await anUnread('fine');
    let attempts = 0;
    const readText: typeof asText = async (bytes) => {
      if (Buffer.from(bytes).toString() !== 'poison') return asText(bytes);
      attempts += 1;
      throw new ReadingFailedError('It took too long.');
    };
    await aReader({ readText }).wake();
    expect([await errorOf(poison), attempts]).toEqual(['The file could not be read in 3 attempts.', 3]);
    expect(await rowOf(fine)).toMatchObject({ resume_json: { text: 'fine' } });
  });

  test('of the store does not count against the file', async () => {
    const resume = await anUnread('there in the end');
    let failures = 0;
    const read = async () => {
      if (failures < 7) {
        failures += 1;
        throw new Error('the store is away');
      }
      return Readable.from([Buffer.from('there in the end')]);
    };
    await aReader({ store: { read } }).wake();
    expect(await rowOf(resume)).toMatchObject({ resume_json: { text: 'there in the end' }, attempts: 1 });
  });

  test.each<[string, () => Promise<Readable | null>, RegExp]>([
    ['a file that is gone', async () => null, /no longer in the store/],
    ['a damaged file', () => Promise.reject(new DamagedFileError('changed')), /was damaged in the store/],
  ])('%s is said', async (_what, read, sentence) => {
    const resume = await anUnread('x');
    await aReader({ store: { read } }).wake();
    expect(await errorOf(resume)).toMatch(sentence);
  });
});

test('a stop gives the file that is being read back, for whoever starts next', async () => {
  const resume = await anUnread('later');
  const { promise: beginning, resolve: began } = Promise.withResolvers<void>();
  const untilEnded: NonNullable<ResumeReaderOptions['readText']> = (_bytes, _kind, { signal } = {}) => {
    began();
    return new Promise((_resolve, reject) =>
      signal?.addEventListener('abort', () => reject(new ReadingFailedError('ended'))),
    );
  };
  const reader = aReader({ readText: untilEnded });
  await beginning;
  await reader.stop();
  expect(await rowOf(resume)).toMatchObject({ read_at: null, attempts: 0 });
  await aReader().wake();
  expect(await rowOf(resume)).toMatchObject({ resume_json: { text: 'later' } });
});

test('what was read goes with its file', async () => {
  const resume = await anUnread('x');
  await aReader().wake();
  await world.sql('delete from resumes.candidate_resume_files where id = ?', [resume.id]);
  expect(await world.sql('select 1 from resumes.candidate_resumes')).toEqual([]);
});
