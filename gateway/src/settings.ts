/** The gateway's settings: those it shares with other processes, and its own addresses and limits. */
import { loadSettings, SettingsError } from '@interview/runtime/settings';
import { z } from 'zod';

const SHARED = [
  'PORT',
  'DASHBOARD_PORT',
  'ROUNDS_PORT',
  'RESUMES_PORT',
  'INSIGHTS_PORT',
  'VERDICTS_PORT',
  'SPEECH_PORT',
  'VIDEO_PORT',
  'FRAUD_PORT',
  'NLP_PORT',
  'AGGREGATOR_PORT',
  'REDIS_URL',
  'JWT_SECRET',
  'JWT_JWKS_URL',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'INTERNAL_API_KEY',
  'CORS_ORIGINS',
  'INTROSPECTION',
] as const;

const address = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional();

/** The gateway's own settings; an address that is not set is the service's port on loopback. */
const Own = z.object({
  ROUNDS_URL: address,
  RESUMES_URL: address,
  INSIGHTS_URL: address,
  VERDICTS_URL: address,
  SPEECH_SERVICE_URL: address,
  VIDEO_SERVICE_URL: address,
  FRAUD_SERVICE_URL: address,
  NLP_SERVICE_URL: address,
  AGGREGATOR_SERVICE_URL: address,
  /** The composed schema; by default the one that is checked in. */
  SUPERGRAPH_PATH: z.string().min(1).optional(),
  /** How often that file is looked at for a new supergraph, in milliseconds; 0: on SIGHUP only. */
  SUPERGRAPH_POLL_MS: z.coerce.number().int().min(0).max(3_600_000).default(5000),
  /** In production `/metrics` is served on this port only, and nowhere when it is not set. */
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Open subscriptions on one WebSocket. */
  MAX_SUBSCRIPTIONS_PER_SOCKET: z.coerce.number().int().min(1).default(100),
  /** Subscriptions and renewed tokens that one WebSocket asks for in a minute, whatever becomes of them. */
  RATE_LIMIT_SUBSCRIBES_PER_MINUTE: z.coerce.number().int().min(1).default(600),
  /** Open subscriptions of one user on this replica, over all transports: an integration may watch many rounds. */
  MAX_SUBSCRIPTIONS_PER_USER: z.coerce.number().int().min(1).default(1000),
  /** Open subscriptions of this replica, over all transports. */
  MAX_SUBSCRIPTIONS: z.coerce.number().int().min(1).default(50_000),
  /** A Socket.IO connection that was lost counts as leaving the round after this, in milliseconds. */
  LEAVE_AFTER_MS: z.coerce.number().int().min(0).default(30_000),
  /** Requests of one address in a window; health, metrics and static assets do not count. */
  RATE_LIMIT_MAX_REQUESTS: z.coerce.number().int().min(1).default(100),
  RATE_LIMIT_WINDOW_MS: z.coerce.number().int().min(1000).default(60_000),
  /** Resume uploads of one user. */
  RATE_LIMIT_UPLOADS_PER_HOUR: z.coerce.number().int().min(1).default(3),
  /** Connections that one user opens: WebSocket, SSE and Socket.IO together. */
  RATE_LIMIT_SOCKETS_PER_MINUTE: z.coerce.number().int().min(1).default(5),
  /** How many proxies stand before the gateway: that many last entries of X-Forwarded-For are believed. */
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).default(0),
  /** `only` refuses every operation that is not registered. */
  PERSISTED_OPERATIONS: z.enum(['allow', 'only'], 'must be allow or only').default('allow'),
  /** Folder of the manifests of registered operations; by default the one that is checked in. */
  OPERATIONS_PATH: z.string().min(1).optional(),
  /** The objects that an operation may answer with, as `graph/cost.ts` counts them. */
  MAX_OPERATION_COST: z.coerce.number().int().min(1).default(50_000),
  /** How long the gateway, told to stop, goes on as before while `/health/ready` says 503, in milliseconds. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).max(300_000).default(0),
  /** How long an event of a feed waits for others, to leave in one write; 0: for those that came with it. */
  FEED_FLUSH_MS: z.coerce.number().min(0).max(1000).default(2),
  /** How long a subscription over HTTP may be silent before it shows that it lives, in milliseconds. */
  STREAM_HEARTBEAT_MS: z.coerce.number().int().min(100).max(600_000).default(12_000),
  /** How long a call of a subgraph may take, in milliseconds. */
  SUBGRAPH_TIMEOUT_MS: z.coerce.number().int().min(100).default(10_000),
});

export const SUBGRAPHS = ['rounds', 'resumes', 'insights', 'verdicts'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];
export const ANALYSERS = ['speech', 'video', 'fraud', 'nlp', 'aggregator'] as const;

/** @throws SettingsError that names every wrong setting, shared and own. */
export function loadGatewaySettings(env: Record<string, string | undefined> = process.env) {
  const problems: string[] = [];
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const own = Own.safeParse(set);
  if (!own.success) problems.push(...own.error.issues.map((i) => `${i.path.join('.')} ${i.message}`));
  let shared: ReturnType<typeof loadSettings<(typeof SHARED)[number]>> | undefined;
  try {
    shared = loadSettings(SHARED, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(error.message.replace(/^Wrong settings: |\.$/g, ''));
  }
  if (!own.success || !shared) throw new SettingsError(`Wrong settings: ${problems.join('; ')}.`);

  const settings = { ...shared, ...own.data };
  const local = (port: number) => `http://127.0.0.1:${port}`;
  return {
    ...settings,
    subgraphs: {
      rounds: settings.ROUNDS_URL ?? local(settings.ROUNDS_PORT),
      resumes: settings.RESUMES_URL ?? local(settings.RESUMES_PORT),
      insights: settings.INSIGHTS_URL ?? local(settings.INSIGHTS_PORT),
      verdicts: settings.VERDICTS_URL ?? local(settings.VERDICTS_PORT),
    } satisfies Record<SubgraphName, string>,
    analysers: {
      speech: settings.SPEECH_SERVICE_URL ?? local(settings.SPEECH_PORT),
      video: settings.VIDEO_SERVICE_URL ?? local(settings.VIDEO_PORT),
      fraud: settings.FRAUD_SERVICE_URL ?? local(settings.FRAUD_PORT),
      nlp: settings.NLP_SERVICE_URL ?? local(settings.NLP_PORT),
      aggregator: settings.AGGREGATOR_SERVICE_URL ?? local(settings.AGGREGATOR_PORT),
    } satisfies Record<(typeof ANALYSERS)[number], string>,
    introspection: settings.INTROSPECTION ?? settings.NODE_ENV !== 'production',
  };
}

export type GatewaySettings = ReturnType<typeof loadGatewaySettings>;
