import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { freePorts, isFree, requireFree } from './ports.js';

it('gives out different ports, each of them free', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  for (const port of ports) expect(await isFree(port)).toBe(true);
});

it('gives out no port twice, and none that an outgoing connection may take', async () => {
  const ports = [...(await freePorts(3)), ...(await freePorts(3))];
  expect(new Set(ports).size).toBe(6);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

it('gives out no port that is taken', async () => {
  const [before = 0] = await freePorts(1);
  const server = createServer().listen(before + 1, '127.0.0.1');
  await once(server, 'listening');
  expect(await freePorts(1)).not.toContain(before + 1);
  server.close();
});

it('names each taken port with its setting, and no free one', async () => {
  const [taken = 0, free = 0] = await freePorts(2);
  const server = createServer().listen(taken, '127.0.0.1');
  await once(server, 'listening');
  const wanted = [
    { name: 'gateway', setting: 'PORT', port: taken },
    { name: 'dashboard', setting: 'DASHBOARD_PORT', port: free },
  ];
  const refused = requireFree(wanted);
  await expect(refused).rejects.toThrow(
    `Already in use: port ${taken} (gateway, setting PORT). Stop what listens there, or set another port.`,
  );
  server.close();
  await once(server, 'close');
  await expect(requireFree(wanted)).resolves.toBeUndefined();
});
