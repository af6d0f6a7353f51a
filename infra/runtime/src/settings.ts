/**
 * Settings of every process, read from the environment once, at start. A wrong one stops the process with a
 * message that names each wrong setting and what it should be. In production no development default holds.
 */
import { z } from 'zod';

/** The key that development tokens are signed with; `npm start` prints it, production refuses it. */
export const DEVELOPMENT_JWT_SECRET = 'development-only-jwt-secret-0123456789abcdef';
export const DEVELOPMENT_INTERNAL_KEY = 'development-only-internal-key-0123456789abcdef';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const flag = z.enum(['0', '1', 'true', 'false']).transform((v) => v === '1' || v === 'true');

/** This machine, names without a domain (containers, hosts nearby), and the addresses that no router passes on. */
const OWN_NETWORK =
  /^([^.:[\]]+|127(\.\d+){3}|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[(::1|f[cd][\da-f]{2}:[\da-f:]*)\])$/;
const GUARDED_ADDRESS =
  'must be an https:// address (http:// only to this machine, a private address or a name without a domain)';

/** Whether what is sent there crosses no foreign network in the clear. */
function isGuardedAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && OWN_NETWORK.test(hostname));
}

/** The settings that processes share. A process picks what it needs with `loadSettings(['REDIS_URL', …])`. */
export const SETTINGS = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATA_DIR: z.string().min(1).default('.data'),
  PORT: port(3000),
  DASHBOARD_PORT: port(5173),
  ROUNDS_PORT: port(4001),
  RESUMES_PORT: port(4002),
  INSIGHTS_PORT: port(4003),
  VERDICTS_PORT: port(4004),
  SPEECH_PORT: port(8001),
  VIDEO_PORT: port(8002),
  FRAUD_PORT: port(8003),
  NLP_PORT: port(8004),
  AGGREGATOR_PORT: port(8005),
  /** Where nlp finds the resumes subgraph; by default here, on RESUMES_PORT. */
  RESUMES_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
  /** Where the workers that read what is stored find the insights subgraph; by default here, on INSIGHTS_PORT. */
  INSIGHTS_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
  /**
   * An endpoint that speaks OpenAI's chat completions, e.g. `https://api.example.com/v1`. With it nlp sends what candidates
   * say, and their resumes, there; without it nothing is sent anywhere. Unencrypted only within one's own network.
   */
  LLM_BASE_URL: z.string().refine(isGuardedAddress, GUARDED_ADDRESS).optional(),
  LLM_API_KEY: z.string().min(1).optional(),
  /** The model's name as the endpoint knows it. */
  LLM_MODEL: z.string().min(1).optional(),
  /** How long one answer may take. */
  LLM_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(15_000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters').default(DEVELOPMENT_JWT_SECRET),
  JWT_JWKS_URL: z.url().optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  INTERNAL_API_KEY: z.string().min(32, 'must have at least 32 characters').default(DEVELOPMENT_INTERNAL_KEY),
  /** Comma-separated. Browsers from elsewhere are refused, WebSockets too. */
  CORS_ORIGINS: z
    .string()
    .optional()
    .transform((v) =>
      v
        ?.split(',')
        .map((o) => o.trim())
        .filter(Boolean),
    ),
  INTROSPECTION: flag.optional(),
  /** Who carries the call; by default `videosdk` when VIDEOSDK_API_KEY is set, else `p2p`. */
  VIDEO_PROVIDER: z.enum(['p2p', 'videosdk'], 'must be p2p or videosdk').optional(),
  VIDEOSDK_API_KEY: z.string().min(1).optional(),
  VIDEOSDK_SECRET: z.string().min(1).optional(),
  VIDEOSDK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .default('https://api.videosdk.live'),
  /** Threads in which the video worker searches pictures for faces; by default one for each core, at most 4. */
  VIDEO_THREADS: z.coerce.number().int().min(1).max(32).optional(),
  /** A round whose people did not come is NO_SHOW this long after it was scheduled. */
  NO_SHOW_GRACE_MINUTES: z.coerce.number().min(0).default(30),
  /** What is older is removed by a daily sweep. */
  RETENTION_DAYS: z.coerce.number().int().min(1).default(180),
  /** `file:<folder>` (by default a folder of DATA_DIR), or `s3://bucket/prefix` with the AWS SDK's own settings. */
  RESUME_STORE: z
    .string()
    .regex(/^(file:|s3:\/\/[^/]+)/, 'must be file:<folder> or s3://<bucket>/<prefix>')
    .optional(),
  /** 32 bytes in base64: wraps each resume file's own key. In development one is made in DATA_DIR. */
  RESUME_MASTER_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
    .optional(),
  /** Master keys of before, comma-separated: they still unwrap what they wrapped, until it is wrapped anew. */
  RESUME_MASTER_KEYS_RETIRED: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine(
      (keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32),
      'must be keys of 32 bytes in base64, with commas between them',
    )
    .optional(),
  /** Where clamd listens, `tcp://host:3310` or `unix:/path`; without it uploads are not scanned for malware. */
  CLAMAV_URL: z
    .string()
    .regex(/^(tcp:\/\/[^/]+:\d+|unix:\/.+)$/, 'must be tcp://<host>:<port> or unix:/<path>')
    .optional(),
  /** The largest resume file that is taken. */
  RESUME_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024 ** 3, 'must be at most 1 GiB')
    .default(10 * 1024 * 1024),
} as const;

export type SettingName = keyof typeof SETTINGS;
type Parsed<N extends SettingName> = { [K in N]: z.output<(typeof SETTINGS)[K]> };

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads and checks the named settings; NODE_ENV, HOST, LOG_LEVEL and DATA_DIR always come along.
 * @throws SettingsError that names every wrong setting.
 * @example const settings = loadSettings(['REDIS_URL', 'SPEECH_PORT']);
 */
export function loadSettings<N extends SettingName>(
  names: readonly N[],
  env: Record<string, string | undefined> = process.env,
): Parsed<N | 'NODE_ENV' | 'HOST' | 'LOG_LEVEL' | 'DATA_DIR'> {
  const wanted = new Set<SettingName>(['NODE_ENV', 'HOST', 'LOG_LEVEL', 'DATA_DIR', ...names]);
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of wanted) {
    const raw = env[name] === '' ? undefined : env[name];
    const result = SETTINGS[name].safeParse(raw);
    if (result.success) values[name] = result.data;
    else {
      const reason = raw === undefined ? 'is required' : result.error.issues[0]?.message;
      problems.push(`${name} ${reason}`);
    }
  }
  if (values['NODE_ENV'] === 'production') {
    for (const secret of ['JWT_SECRET', 'INTERNAL_API_KEY'] as const) {
      const replaced = secret === 'JWT_SECRET' && env['JWT_JWKS_URL'];
      if (wanted.has(secret) && !replaced && (!env[secret] || env[secret]?.startsWith('development-only'))) {
        problems.push(`${secret} must be set to a secret of your own in production`);
      }
    }
  }
  if (problems.length > 0) throw new SettingsError(`Wrong settings: ${problems.join('; ')}.`);
  // Every wanted name was parsed by its own schema just above.
  return values as Parsed<N | 'NODE_ENV' | 'HOST' | 'LOG_LEVEL' | 'DATA_DIR'>;
}
