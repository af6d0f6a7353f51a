import { describe, expect, it } from '@jest/globals';
import { readSignedViewer, signViewer, type Viewer } from './viewer.js';

const key = 'k'.repeat(32);
const viewer: Viewer = { id: 'sam', email: null, role: 'HR', companyId: 'acme', expiresAt: 2_000_000_000 };

describe('a signed viewer', () => {
  it('comes back as it went in', () => {
    expect(readSignedViewer(signViewer(viewer, key), key)).toEqual(viewer);
  });

  it('is refused when its payload was changed', () => {
    const [, signature] = signViewer(viewer, key).split('.');
    const forged = Buffer.from(JSON.stringify({ ...viewer, role: 'ADMIN' })).toString('base64url');
    expect(() => readSignedViewer(`${forged}.${signature}`, key)).toThrow('not signed by the gateway');
  });

  it('is refused when another key signed it', () => {
    expect(() => readSignedViewer(signViewer(viewer, 'x'.repeat(32)), key)).toThrow('not signed by the gateway');
  });

  it('ends with its token', () => {
    const nowMs = viewer.expiresAt * 1000;
    expect(() => readSignedViewer(signViewer(viewer, key), key, nowMs)).toThrow('expired');
  });
});
