/** Prints as many different free ports of loopback as asked for, on one line: `node dist/free-ports.js 3`. */
import { freePorts } from './ports.js';

process.stdout.write(`${(await freePorts(Number(process.argv[2] ?? 1))).join(' ')}\n`);
