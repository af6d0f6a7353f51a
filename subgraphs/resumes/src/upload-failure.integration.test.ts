/** What is left of an upload that fails, is repeated, or was cut short by a crash: nothing by halves. */
import { randomUUID } from 'node:crypto';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sweepStore } from './resume-file-sweep.js';
import { openFolderStore } from './store/folder-store.js';
import {
  aRound,
  codeOf,
  expectRefused,
  fixture,
  folder,
  onDisk,
  ownPath,
  partsFor,
  rowsOf,
  send,
  store,
  throughStore,
  upload,
  useResumesWorld,
  world,
} from './testing/resumes-world.js';

useResumesWorld();

describe('an upload that fails', () => {
  test('a connection that is cut leaves nothing', async () => {
    const { round, people } = await aRound();
    const before = await onDisk();
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    throughStore.receive = (bytes) => {
      async function* announced() {
        for await (const chunk of bytes) {
          started.resolve();
          yield chunk;
        }
      }
      const received = store.receive(announced());
      received.then(() => ended.resolve('received'), ended.resolve);
      return received;
    };
    const request = httpRequest({
      port: world.port,
      path: '/files',
      method: 'POST',
      headers: {
        ...world.headers(people.hr),
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': 90_000,
      },
    });
    request.on('error', () => undefined);
    request.write('--b\r\nContent-Disposition: form-data; name="resume"; filename="a.pdf"\r\n\r\n');
    request.write(Buffer.alloc(80_000, '%PDF'));
    await started.promise;
    request.destroy();
    expect(await ended.promise).toBeInstanceOf(Error);
    expect(await onDisk()).toEqual({ ...before, incoming: [] });
    expect(await rowsOf(round)).toEqual([]);
  });

  test('a store that cannot take it is SERVICE_UNAVAILABLE and leaves nothing', async () => {
    const { round, people } = await aRound();
    await rm(join(folder, 'incoming'), { recursive: true });
    try {
      const response = await send(people.hr, partsFor(round, await fixture('resume.pdf'), 'resume.pdf'));
      expect([response.status, await codeOf(response)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    } finally {
      await openFolderStore(folder, world.foundation.log);
    }
    expect(await rowsOf(round)).toEqual([]);
  });

  test.each(['the row', 'the name'])('when %s cannot be stored, neither row nor file stays', async (what) => {
    const { round, people } = await aRound();
    const parts = partsFor(round, await fixture('resume.pdf'), 'resume.pdf');
    if (what === 'the row') {
      await world.sql('alter table resumes.candidate_resume_files add constraint full_up check (false) not valid');
    } else {
      throughStore.receive = async (bytes) => ({
        ...(await store.receive(bytes)),
        keep: () => Promise.reject(new Error('the disk is gone')),
      });
    }
    try {
      await expectRefused(() => send(people.hr, parts), round, 500, 'INTERNAL_ERROR');
    } finally {
      if (what === 'the row') await world.sql('alter table resumes.candidate_resume_files drop constraint full_up');
    }
  });
});

describe('uploading again', () => {
  test('replaces the file as a whole', async () => {
    const { round, people } = await aRound();
    const first = await upload(people.candidate, round, 'resume.pdf');
    const second = await upload(people.hr, round, 'resume.docx');
    expect(await rowsOf(round)).toMatchObject([{ file_url: second, file_name: 'resume.docx' }]);
    expect((await onDisk()).kept).not.toContain(`${round.id}_${first.split('/').at(-1)}`);
    expect((await world.request(ownPath(first), people.candidate)).status).toBe(404);
    expect((await world.request(ownPath(second), people.candidate)).status).toBe(200);
  });

  test('leaves what is there when the new one is refused', async () => {
    const { round, people } = await aRound();
    const first = await upload(people.candidate, round);
    expect((await send(people.candidate, partsFor(round, Buffer.from('no'), 'resume.pdf'))).status).toBe(415);
    expect(await rowsOf(round)).toMatchObject([{ file_url: first }]);
    expect((await world.request(ownPath(first), people.candidate)).status).toBe(200);
  });

  test('eight times at once leaves one row and its one file', async () => {
    const { round, people } = await aRound();
    const before = (await onDisk()).kept;
    await Promise.all(Array.from({ length: 8 }, () => upload(people.candidate, round)));
    const [row, ...others] = await rowsOf(round);
    expect(others).toEqual([]);
    expect((await onDisk()).kept.filter((name) => !before.includes(name))).toEqual([row?.['file_path']]);
    expect((await onDisk()).incoming).toEqual([]);
  });

  test('succeeds also when the old file cannot be removed, which the sweep does later', async () => {
    const { round, people } = await aRound();
    const fileOf = (url: string) => `${round.id}_${ownPath(url).replace('/files/', '')}`;
    const first = fileOf(await upload(people.candidate, round));
    throughStore.remove = () => Promise.reject(new Error('busy'));
    const second = fileOf(await upload(people.candidate, round));
    expect((await onDisk()).kept).toEqual(expect.arrayContaining([first, second]));
    const later = new Date(Date.now() + 2 * 3600_000);
    await sweepStore(world.foundation.orm, store, later);
    expect((await onDisk()).kept).toContain(second);
    expect((await onDisk()).kept).not.toContain(first);
  });
});

describe('the sweep', () => {
  test('removes what a crash left behind an hour ago, and leaves what is on its way', async () => {
    const at = async (path: string, date: Date) => {
      await writeFile(join(folder, path), 'half a resume');
      await utimes(join(folder, path), date, date);
    };
    const long = new Date(Date.now() - 2 * 3600_000);
    const names = { old: `${randomUUID()}.pdf`, fresh: `${randomUUID()}.pdf` };
    await at(`incoming/${names.old}`, long);
    await at(`incoming/${names.fresh}`, new Date());
    await at(`kept/${names.old}`, long);
    await at(`kept/${names.fresh}`, new Date());
    await sweepStore(world.foundation.orm, store);
    const { incoming, kept } = await onDisk();
    expect(incoming).toEqual([names.fresh]);
    expect(kept).toContain(names.fresh);
    expect(kept).not.toContain(names.old);
    await rm(join(folder, 'incoming', names.fresh));
  });
});
