/** A plain client of subscriptions over HTTP for the tests: it keeps the bytes as they come, and may stop to read. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { tokenFor } from './test-gateway.js';

export interface StreamAsked {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a text is JSON already. */
  body?: unknown;
  /** By default a token of the usual person; null sends none. */
  token?: string | null;
}

export class StreamClient {
  text = '';
  /** Resolves when nothing comes any more: `true` when the answer was brought to its end. */
  readonly ended: Promise<boolean>;
  #watchers: (() => void)[] = [];

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      for (const watcher of [...this.#watchers]) watcher();
    });
    // Told by `complete` as well.
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) => response.once('close', () => resolve(response.complete)));
  }

  /** Resolves when the answer begins, whatever its status. */
  static async ask(
    address: string,
    { method = 'POST', headers, body, token }: StreamAsked = {},
  ): Promise<StreamClient> {
    const bearer = token === undefined ? await tokenFor() : token;
    const answered = Promise.withResolvers<IncomingMessage>();
    const asked = request(address, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
    });
    asked.on('response', answered.resolve).on('error', answered.reject);
    asked.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    return new StreamClient(await answered.promise);
  }

  get status(): number | undefined {
    return this.response.statusCode;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  /** Resolves as soon as `condition` holds of what has come. */
  until(condition: (text: string) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition(this.text)) return;
        this.#watchers = this.#watchers.filter((w) => w !== check);
        resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }

  /** Reads nothing more, and stays. */
  stopReading(): void {
    this.response.pause();
    this.response.socket.pause();
  }

  goOnReading(): void {
    this.response.socket.resume();
    this.response.resume();
  }

  /** Goes away without a word. */
  abort(): void {
    this.response.destroy();
  }
}

/** The events of an event stream, as a browser's EventSource reads them. */
export function eventsIn(text: string): { event: string; id: string | undefined; data: string }[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((block) => block.split('\n').filter((line) => !line.startsWith(':') && !line.startsWith('retry:')))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const field = (name: string) =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .replace(/^ /, '');
      return { event: field('event') ?? 'message', id: field('id'), data: field('data') ?? '' };
    });
}

/** The JSON of each whole part of a multipart answer, heartbeats too. */
export function partsIn(text: string): unknown[] {
  return text
    .split('\r\n--graphql')
    .slice(1, -1)
    .map((part) => JSON.parse(part.slice(part.indexOf('\r\n\r\n'))));
}
