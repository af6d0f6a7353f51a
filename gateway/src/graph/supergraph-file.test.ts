import { appendFile, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SupergraphFile } from './supergraph-file.js';

/** So rarely that a test would have ended before: what is seen, the folder has told. */
const NEVER_MS = 3_600_000;
const OFTEN_MS = 20;

describe('following the file of a supergraph', () => {
  let folder: string;
  let file: SupergraphFile;
  let offered: string[];
  let arrived: PromiseWithResolvers<void>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
    offered = [];
    arrived = Promise.withResolvers();
  });
  afterEach(async () => {
    file.close();
    await rm(folder, { recursive: true });
  });

  async function follow(path: string, pollMs: number): Promise<string> {
    file = new SupergraphFile(path, createLog('test', 'silent'));
    const text = await file.read();
    file.follow({
      pollMs,
      offer: async (given) => {
        offered.push(given);
        arrived.resolve();
        arrived = Promise.withResolvers();
      },
    });
    return text;
  }

  /** A folder as Kubernetes mounts a ConfigMap: the file is a link through `..data`, and `..data` is swapped. */
  async function mount(text: string): Promise<(next: string) => Promise<void>> {
    let version = 0;
    const place = async (content: string) => {
      version += 1;
      const own = `..version-${version}`;
      await mkdir(join(folder, own));
      await writeFile(join(folder, own, 'supergraph.graphql'), content);
      await symlink(own, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await place(text);
    await symlink('..data/supergraph.graphql', join(folder, 'supergraph.graphql'));
    return place;
  }

  it.each([
    ['told by its folder', NEVER_MS],
    ['looked at', OFTEN_MS],
  ])('offers one that is written in place, %s', async (_, pollMs) => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, 'one');
    expect(await follow(path, pollMs)).toBe('one');
    const next = arrived.promise;
    await writeFile(path, 'two');
    await next;
    expect(offered).toEqual(['two']);
  });

  it('offers one that is renamed into its place', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, 'one');
    await follow(path, NEVER_MS);
    const next = arrived.promise;
    await writeFile(`${path}.new`, 'two');
    await rename(`${path}.new`, path);
    await next;
    expect(offered).toEqual(['two']);
  });

  it('offers one whose link is swapped, again and again', async () => {
    const swap = await mount('one');
    expect(await follow(join(folder, 'supergraph.graphql'), NEVER_MS)).toBe('one');
    for (const text of ['two', 'three']) {
      const next = arrived.promise;
      await swap(text);
      await next;
    }
    expect(offered).toEqual(['two', 'three']);
  });

  it('offers one whose folder is another now, of which nothing is told', async () => {
    await mkdir(join(folder, 'a'));
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'a', 'supergraph.graphql'), 'one');
    await writeFile(join(folder, 'b', 'supergraph.graphql'), 'two');
    await symlink('a', join(folder, 'current'));
    await follow(join(folder, 'current', 'supergraph.graphql'), OFTEN_MS);
    const next = arrived.promise;
    await symlink('b', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'current'));
    await next;
    expect(offered).toEqual(['two']);
  });

  it('offers it whole when it is written in pieces', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, 'one');
    await follow(path, OFTEN_MS);
    const next = arrived.promise;
    await writeFile(path, 'two');
    for (const piece of [' and', ' three', ' and four']) await appendFile(path, piece);
    await next;
    expect(offered).toEqual(['two and three and four']);
  });

  it('waits for one that is away', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, 'one');
    await follow(path, OFTEN_MS);
    await unlink(path);
    await file.offerNow();
    const next = arrived.promise;
    await writeFile(path, 'two');
    await next;
    expect(offered).toEqual(['two']);
  });

  it('offers it, changed or not, when it is told to', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, 'one');
    await follow(path, 0);
    await file.offerNow();
    await writeFile(path, 'two');
    await file.offerNow();
    expect(offered).toEqual(['one', 'two']);
  });
});
