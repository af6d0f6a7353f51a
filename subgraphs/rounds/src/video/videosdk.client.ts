/**
 * Calls of VideoSDK's REST interface: a time limit for each attempt and for all together, a bounded answer, and
 * a few attempts where none did harm. Every call made through here is idempotent, which is what allows them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { VideoProviderError } from './video-rooms.js';

export interface VideoSdkCall {
  method: 'GET' | 'POST';
  /** Below the base address, e.g. `/v2/rooms`. */
  path: string;
  body?: Record<string, unknown>;
}

/** `null`: there is no such room (VideoSDK says so by 404 or 402). Else the answer's JSON object. */
export type VideoSdkAnswer = Record<string, unknown> | null;

export interface VideoSdkClientOptions {
  /** Base address, VIDEOSDK_URL. */
  url: string;
  /** The value of the header `Authorization`: a token without any prefix, made anew for each attempt. */
  authorize: () => Promise<string>;
  limits?: Partial<typeof LIMITS>;
  /** 0 to 1; decides how long a retry waits. */
  random?: () => number;
}

const LIMITS = {
  attempts: 3,
  attemptMs: 3000,
  /** Below the gateway's limit for a subgraph (10 s), so that the client hears of us what went wrong. */
  totalMs: 8000,
  /** The first retry waits up to this, the next up to twice as long. */
  backoffMs: 250,
  answerBytes: 64 * 1024,
};

/** Worth another attempt: it may have been the moment. */
class Transient extends Error {
  constructor(
    message: string,
    readonly retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type CallVideoSdk = (call: VideoSdkCall) => Promise<VideoSdkAnswer>;

/** @returns a function that throws VideoProviderError for all but an object or "there is no such room". */
export function createVideoSdkClient(options: VideoSdkClientOptions): CallVideoSdk {
  const limits = { ...LIMITS, ...options.limits };
  const random = options.random ?? Math.random;
  const base = options.url.replace(/\/+$/, '');

  async function attempt({ method, path, body }: VideoSdkCall, signal: AbortSignal): Promise<VideoSdkAnswer> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: await options.authorize(),
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      // Our token goes to the address that was set, and nowhere that it points to.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(limits.attemptMs)]),
    }).catch(asTransient);
    const text = await boundedText(response, limits.answerBytes).catch(asTransient);
    const { status } = response;
    if (status === 404 || status === 402) return null;
    if (status === 429 || status >= 500) throw new Transient(`answered ${status}`, retryAfterMs(response));
    if (status === 401 || status === 403) {
      throw new Error(`answered ${status}: VIDEOSDK_API_KEY and VIDEOSDK_SECRET are not accepted`);
    }
    if (!response.ok) throw new Error(`answered ${status}`);
    return objectOf(text);
  }

  return async (call) => {
    const failed = (reason: unknown, attempts: number) => {
      const what = reason instanceof Error ? reason.message : String(reason);
      const times = attempts === 1 ? '' : ` (${attempts} attempts)`;
      return new VideoProviderError('videosdk', `${call.method} ${publicPath(call.path)}: ${what}${times}`, {
        cause: reason,
      });
    };
    const total = AbortSignal.timeout(limits.totalMs);
    for (let made = 1; ; made++) {
      try {
        return await attempt(call, total);
      } catch (error) {
        const hopeless = !(error instanceof Transient) || error.retryAfterMs > limits.totalMs;
        if (hopeless || made === limits.attempts || total.aborted) throw failed(error, made);
        const waitMs = Math.max(error.retryAfterMs, random() * limits.backoffMs * 2 ** (made - 1));
        // An abort is the total limit: the last failure says more than that.
        await pause(waitMs, undefined, { signal: total }).catch(() => {
          throw failed(error, made);
        });
      }
    }
  };
}

/** Ids of rooms and rounds need not be in a log line that says what failed. */
const publicPath = (path: string) => path.replace(/^(\/v2\/rooms\/validate\/).*/, '$1…');

/** What `fetch` and a body reject with: no connection, a cut answer, a time limit, or an answer too large. */
function asTransient(error: unknown): never {
  if (error instanceof TooLarge) throw error;
  // Node's own errors; their class is not compared, because a test's realm has another one of the same name.
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') throw new Transient('no answer in time');
  throw new Transient(`no whole answer (${cause?.code ?? 'connection lost'})`, 0, { cause: error });
}

class TooLarge extends Error {}

/** Reads no more than `limit` bytes. @throws TooLarge */
async function boundedText(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, and with it the connection.
    if (size > limit) throw new TooLarge(`answered more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectOf(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new Error('answered with something that is not JSON', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error('answered with JSON that is no object');
  }
  return parsed as Record<string, unknown>;
}

/** Seconds as VideoSDK sends them; a date, or what is no number, is left to our own backoff. */
function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
