/**
 * The ceiling: node:http that asks the four subgraphs what the gateway asks them, in the same order, and answers with
 * the four texts one after the other. It reads no document, no token and none of the answers.
 */
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { z } from 'zod';

const { PORT, SUBGRAPHS_URL = '', BODIES = '{}' } = process.env;
/** Body by path; the root's first. */
const bodies = Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(BODIES)));
const pool = new Pool(SUBGRAPHS_URL, { connections: 200 });

function fetchText([path, body]: readonly [string, string]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  pool.dispatch(
    { path, method: 'POST', headers: ['content-type', 'application/json'], body },
    {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: (_controller, chunk) => {
        text += chunk.toString('utf8');
      },
      onResponseEnd: () => resolve(text),
      onResponseError: (_controller, error) => reject(error),
    },
  );
  return promise;
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => void answer());
  const answer = async () => {
    const [root, ...entities] = bodies;
    const texts = [root ? await fetchText(root) : '', ...(await Promise.all(entities.map(fetchText)))];
    const body = Buffer.from(texts.join('\n'));
    response.writeHead(200, ['content-type', 'text/plain', 'content-length', String(body.length)]).end(body);
  };
});
server.listen(Number(PORT), '127.0.0.1');
process.on('disconnect', () => process.exit());
