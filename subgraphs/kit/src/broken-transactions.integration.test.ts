/** A subgraph goes on after its server ended its connections, however often that happens. */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from './database.js';

const PLACES = 10;
let orm: MikroORM;

beforeAll(async () => {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('This test needs DATABASE_URL: run it with npm test.');
  orm = await MikroORM.init({
    ...ormOptions({ name: 'rounds', entities: [], migrations: [] }, url),
    discovery: { warnWhenNoEntities: false },
  });
});
afterAll(() => orm.close(true));

it('more transactions than the pool has places die with their connection, and the next one works', async () => {
  for (let n = 0; n <= PLACES; n++) {
    const dying = orm.em.fork().transactional((tx) => tx.execute('select pg_terminate_backend(pg_backend_pid())'));
    await expect(dying).rejects.toThrow();
  }
  const answer = await orm.em.fork().transactional((tx) => tx.execute<{ one: number }[]>('select 1 as one'));
  expect(answer).toEqual([{ one: 1 }]);
});

it('a transaction that fails by itself keeps its connection in use for the next one', async () => {
  const pidOf = () => orm.em.fork().execute<{ pid: number }[]>('select pg_backend_pid() as pid');
  const before = await pidOf();
  await expect(orm.em.fork().transactional((tx) => tx.execute('select 1 / 0'))).rejects.toThrow(/division/);
  expect(await pidOf()).toEqual(before);
});
