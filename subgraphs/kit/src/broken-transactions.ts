/**
 * Gives back the connections of transactions that died with them. Kysely releases a connection after `commit`
 * or `rollback` has answered; when `begin` or `rollback` fails, because the server is gone, it never does, and
 * after as many such failures as the pool has places nothing gets a connection any more.
 */

/** As far as `pg` is concerned here. */
interface PooledClient {
  query(text: unknown, ...rest: unknown[]): unknown;
  /** There while the client is taken from the pool. With an error the client is closed, not kept. */
  release?(error?: Error): void;
}
interface ConnectionPool {
  on(event: 'connect', listener: (client: PooledClient) => void): unknown;
}

const ENDS_UNRELEASED = /^(begin|start transaction|rollback)\b(?! to)/;

/** For the driver's option `onPoolCreated`. */
export function releaseBrokenTransactions(pool: ConnectionPool): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client);
    client.query = (text, ...rest) => {
      const answer = query(text, ...rest);
      if (typeof text === 'string' && ENDS_UNRELEASED.test(text) && answer instanceof Promise) {
        // The caller sees the rejection itself; this looks on.
        answer.catch((error: Error) => client.release?.(error));
      }
      return answer;
    };
  });
}
