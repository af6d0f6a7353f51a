/** A gateway before a REST world, and a client of it. */
import { openApiDocument } from '../edges/rest/openapi.js';
import { type RestAnswer, type RestRequest, restClient } from './rest-client.js';
import { createRestWorld, type RestWorld } from './rest-world.js';
import { startTestGateway, type TestGateway, tokenFor } from './test-gateway.js';

export interface RestPlace {
  world: RestWorld;
  gateway: TestGateway;
  /** As an HR person of acme, unless the request says otherwise. */
  send(method: string, path: string, request?: RestRequest): Promise<RestAnswer>;
  /** The header of an interviewer of acme. */
  interviewer: string;
  stop(): Promise<void>;
}

export async function startRestPlace(env: Record<string, string> = {}): Promise<RestPlace> {
  const world = createRestWorld();
  await world.start();
  const gateway = await startTestGateway(world, env);
  const client = restClient(gateway.url, openApiDocument());
  const authorization = `Bearer ${await tokenFor()}`;
  return {
    world,
    gateway,
    send: (method, path, request = {}) => client(method, path, { authorization, ...request }),
    interviewer: `Bearer ${await tokenFor({ id: 'ivan', role: 'EMPLOYEE' })}`,
    stop: async () => {
      await gateway.stop();
      await world.stop();
    },
  };
}

/** Path and message of each entry of an error's details. */
export function detailsOf(body: unknown): [string, string][] {
  const { error } = body as { error: { details?: { path: string; message: string }[] } };
  return (error.details ?? []).map(({ path, message }) => [path, message]);
}
