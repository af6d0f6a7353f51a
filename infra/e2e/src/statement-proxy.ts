/**
 * Stands between the product and PostgreSQL, hands every byte on as it comes, and reads along which statements are
 * executed, and by which role: exact, whatever the product's libraries batch, prepare or cache.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Statement {
  /** The login role, e.g. `interview_rounds`. */
  role: string;
  text: string;
}

export interface StatementProxy {
  /** The address of the database with the proxy before it. */
  url: string;
  /** What was executed from the beginning of `run` to its end, in the order of its arrival. */
  during(run: () => Promise<unknown>): Promise<Statement[]>;
  stop(): Promise<void>;
}

export async function startStatementProxy(databaseUrl: string): Promise<StatementProxy> {
  const database = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let seen: Statement[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(database.port || 5432), database.hostname);
    const reader = new StatementReader((statement) => seen.push(statement));
    client.on('data', (chunk) => reader.read(chunk));
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      // A connection that ends on one side ends on the other, for whatever reason.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const url = new URL(database);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    async during(run) {
      seen = [];
      await run();
      return seen;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Codes in the place of a protocol version, in a message that asks for encryption first. */
const ENCRYPTION_REQUESTS: ReadonlySet<number> = new Set([80877103, 80877104]);

/** Reads the messages of one connection's client, as PostgreSQL's documentation of protocol 3 describes them. */
class StatementReader {
  private pending = Buffer.alloc(0);
  private role = '';
  private begun = false;
  /** Texts by the name of the prepared statement, and of the portal that is bound to one. */
  private readonly prepared = new Map<string, string>();
  private readonly portals = new Map<string, string>();

  constructor(private readonly tell: (statement: Statement) => void) {}

  read(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    // The first message has no letter before its length.
    for (let head = this.begun ? 1 : 0; this.pending.length >= head + 4; head = this.begun ? 1 : 0) {
      const end = head + this.pending.readInt32BE(head);
      if (this.pending.length < end) return;
      const body = this.pending.subarray(head + 4, end);
      if (this.begun) this.message(String.fromCharCode(this.pending[0] ?? 0), body);
      else if (!ENCRYPTION_REQUESTS.has(body.readInt32BE(0))) this.start(body);
      this.pending = this.pending.subarray(end);
    }
  }

  private start(body: Buffer): void {
    const parameters = body.subarray(4).toString('utf8').split('\0');
    this.role = parameters[parameters.indexOf('user') + 1] ?? '';
    this.begun = true;
  }

  private message(kind: string, body: Buffer): void {
    const [first = '', second = ''] = body.toString('utf8').split('\0', 2);
    if (kind === 'Q') this.tell({ role: this.role, text: first });
    else if (kind === 'P') this.prepared.set(first, second);
    else if (kind === 'B') this.portals.set(first, this.prepared.get(second) ?? '');
    else if (kind === 'E') this.tell({ role: this.role, text: this.portals.get(first) ?? '' });
  }
}
