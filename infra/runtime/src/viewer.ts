/**
 * Who asks. The gateway reads it from the token and passes it on to the subgraphs in a signed header, so a
 * subgraph trusts nobody's word but the gateway's.
 *
 * Header form: `base64url(JSON) "." base64url(HMAC-SHA256)`, keyed by INTERNAL_API_KEY.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Role } from '@interview/schema/enums';
import { z } from 'zod';
import { AppError } from './errors.js';

export const Viewer = z.object({
  /** The token's `sub`. */
  id: z.string().min(1).max(255),
  email: z.string().nullable(),
  role: Role,
  companyId: z.string().min(1).max(255),
  /** Epoch seconds at which the token ends. */
  expiresAt: z.number(),
});
export type Viewer = z.infer<typeof Viewer>;

export const VIEWER_HEADER = 'x-viewer';
export const INTERNAL_KEY_HEADER = 'x-internal-api-key';

const mac = (payload: string, key: string) => createHmac('sha256', key).update('viewer:').update(payload).digest();

/** Signs a viewer for one hop. */
export function signViewer(viewer: Viewer, internalKey: string): string {
  const payload = Buffer.from(JSON.stringify(viewer)).toString('base64url');
  return `${payload}.${mac(payload, internalKey).toString('base64url')}`;
}

/** @throws AppError INVALID_TOKEN when the header was not made by `signViewer` with this key, or has expired. */
export function readSignedViewer(header: string, internalKey: string, nowMs = Date.now()): Viewer {
  const [payload = '', signature = ''] = header.split('.');
  const expected = mac(payload, internalKey);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AppError('INVALID_TOKEN', 'The viewer was not signed by the gateway.');
  }
  const viewer = Viewer.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (viewer.expiresAt * 1000 <= nowMs) throw new AppError('INVALID_TOKEN', 'The token has expired.');
  return viewer;
}

/** True when `given` is the internal key; compared in constant time. */
export function isInternalKey(given: string | undefined, internalKey: string): boolean {
  const hash = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(internalKey));
}
