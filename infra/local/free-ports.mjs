/** Prints as many different free ports of loopback as asked for, on one line: `node free-ports.mjs 3`. */
import { once } from 'node:events';
import { createServer } from 'node:net';

const servers = Array.from({ length: Number(process.argv[2] ?? 1) }, () => createServer().listen(0, '127.0.0.1'));
await Promise.all(servers.map((server) => once(server, 'listening')));
console.log(servers.map((server) => server.address().port).join(' '));
for (const server of servers) server.close();
