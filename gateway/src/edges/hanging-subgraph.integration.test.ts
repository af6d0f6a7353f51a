/** A subgraph that accepts every request and answers none: it costs its own fields, and soon no time. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { askGraph, startTestGateway, type TestGateway } from '../testing/test-gateway.js';

const BOTH = '{ rounds { id resume { fileName } } }';
const names = ['r1', 'r2'];

let world: InterviewWorld;
let gateway: TestGateway;

beforeAll(async () => {
  world = createInterviewWorld();
  await world.start();
  gateway = await startTestGateway(world, { SUBGRAPH_TIMEOUT_MS: '20000' });
});
afterAll(async () => {
  await gateway.stop();
  await world.stop();
});

const circuitOpen = async () => {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return /^subgraph_circuit_open\{.*subgraph="resumes".*\} (\d)/m.exec(metrics)?.[1] === '1';
};

it('is not waited for once that shows, and the others answer as before', async () => {
  const released = Promise.withResolvers<void>();
  world.resumes.beforeAnswer = () => released.promise;
  const waiting = [1, 2, 3].map(() => askGraph(gateway, BOTH));
  let othersAnswered = 0;
  while (!(await circuitOpen())) {
    // Neither waits for the one that hangs.
    expect((await askGraph(gateway, '{ viewer { id } }')).body).toEqual({ data: { viewer: { id: 'helen' } } });
    othersAnswered += 1;
  }
  expect(othersAnswered).toBeGreaterThan(0);

  const { status, body } = await askGraph(gateway, BOTH);
  expect(status).toBe(200);
  expect(body.data).toEqual({ rounds: names.map((id) => ({ id, resume: null })) });
  expect(body.errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
    names.map((_, index) => [['rounds', index, 'resume'], { code: 'SERVICE_UNAVAILABLE' }]),
  );

  world.resumes.beforeAnswer = async () => undefined;
  released.resolve();
  const whole = { data: { rounds: names.map((id) => ({ id, resume: { fileName: `${id}.pdf` } })) } };
  for (const answer of await Promise.all(waiting)) expect(answer.body).toEqual(whole);
  while (await circuitOpen());
  expect((await askGraph(gateway, BOTH)).body).toEqual(whole);
});
