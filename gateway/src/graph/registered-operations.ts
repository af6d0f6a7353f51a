/**
 * Operations that clients have registered. A client may then send the hash of a document alone (Apollo's
 * protocol for persisted queries, `extensions.persistedQuery`), and with PERSISTED_OPERATIONS=only nothing else
 * is run. Nothing is registered by requests: the manifests are files, in the form of Apollo's manifests.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@interview/runtime/errors';
import { SettingsError } from '@interview/runtime/settings';
import { type DocumentNode, GraphQLError, Kind } from 'graphql';
import { z } from 'zod';

const Manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), name: z.string(), body: z.string() })),
});

/** `extensions` of a request that names its document by hash. */
const PersistedQuery = z.object({
  version: z.literal(1, 'must be 1'),
  sha256Hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal'),
});

/** What a client sends, on any transport; nothing of it is believed. */
export interface OperationRequest {
  query?: unknown;
  extensions?: unknown;
}

export type OperationPolicy = 'allow' | 'only';

export interface RegisteredOperations {
  /** The document of this hash. */
  get(sha256: string): string | undefined;
  /**
   * The text of the document that a request means, named by hash or given whole; empty when it does neither.
   * @throws AppError VALIDATION_FAILED as `persistedHash`
   * @throws GraphQLError PERSISTED_QUERY_NOT_FOUND for a hash that is not registered
   */
  documentOf(request: OperationRequest): string;
  /** @throws AppError VALIDATION_FAILED where only registered documents are run, and this is none. */
  admit(text: string, document?: DocumentNode): void;
}

export function createRegisteredOperations(options: {
  /** Documents by the SHA-256 of their text. */
  documents: ReadonlyMap<string, string>;
  policy: OperationPolicy;
  /** Then introspection passes though it is not registered. */
  introspection: boolean;
}): RegisteredOperations {
  const { documents, policy, introspection } = options;
  return {
    get: (sha256) => documents.get(sha256),
    documentOf: (request) => {
      const hash = persistedHash(request);
      const text = textOf(request) ?? (hash === undefined ? '' : documents.get(hash));
      if (text === undefined) throw persistedQueryNotFound();
      return text;
    },
    admit: (text, document) => {
      if (policy === 'allow' || documents.has(sha256Of(text))) return;
      if (introspection && document && onlyIntrospects(document)) return;
      const message = 'Only registered operations are run here, and this document is not one of them.';
      throw new AppError('VALIDATION_FAILED', message);
    },
  };
}

/**
 * Reads every `*.json` of a folder.
 * @throws SettingsError that names a file that is no manifest, or an operation whose id is not its hash
 */
export async function readManifests(folder: string): Promise<ReadonlyMap<string, string>> {
  const documents = new Map<string, string>();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  for (const file of files) {
    const path = join(folder, file);
    const manifest = Manifest.safeParse(parseJson(await readFile(path, 'utf8')));
    if (!manifest.success) {
      const [issue] = manifest.error.issues;
      throw new SettingsError(`${path} is no manifest of operations: ${issue?.path.join('.')} ${issue?.message}.`);
    }
    for (const { id, name, body } of manifest.data.operations) {
      if (id !== sha256Of(body)) {
        throw new SettingsError(`${path}: the id of ${name} is not the SHA-256 of its body.`);
      }
      documents.set(id, body);
    }
  }
  return documents;
}

/**
 * The hash by which a request names its document; undefined when it names none.
 * @throws AppError VALIDATION_FAILED for a name that is not of the protocol's form, or another document's hash
 */
export function persistedHash(request: OperationRequest): string | undefined {
  const hash = hashIn(request.extensions);
  const text = textOf(request);
  if (hash !== undefined && text !== undefined && hash !== sha256Of(text)) {
    const details = [{ path: 'extensions.persistedQuery.sha256Hash', message: 'is not the hash of the document' }];
    throw new AppError('VALIDATION_FAILED', 'The hash and the document do not belong together.', details);
  }
  return hash;
}

/** Protocols that insist on a text are given an empty one beside a hash. */
const textOf = ({ query }: OperationRequest) => (typeof query === 'string' && query !== '' ? query : undefined);

/** Clients of the protocol know this error by its code or by exactly this message. */
function persistedQueryNotFound(): GraphQLError {
  return new GraphQLError('PersistedQueryNotFound', { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } });
}

function hashIn(extensions: unknown): string | undefined {
  const given = typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions;
  if (!given || extensions.persistedQuery === undefined) return undefined;
  const parsed = PersistedQuery.safeParse(extensions.persistedQuery);
  if (parsed.success) return parsed.data.sha256Hash;
  const details = parsed.error.issues.map((i) => ({
    path: ['extensions', 'persistedQuery', ...i.path].join('.'),
    message: i.message,
  }));
  throw new AppError('VALIDATION_FAILED', 'The persisted query is not named as the protocol says.', details);
}

/** True for a document that asks about the schema and about nothing in it. */
function onlyIntrospects(document: DocumentNode): boolean {
  const operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  return (
    operations.length > 0 &&
    operations.every((operation) =>
      operation.selectionSet.selections.every((s) => s.kind === Kind.FIELD && s.name.value.startsWith('__')),
    )
  );
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
