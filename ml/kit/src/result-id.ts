/**
 * Ids of results. A worker that repeats its work after a crash must give a finding the id it gave it before,
 * because storing is idempotent by it. So an id is not drawn but derived.
 *
 * Derivation: UUID version 5 (RFC 9562, 5.5): SHA-1 over RESULT_NAMESPACE and the name
 * `<roundId>/<service>/<key>`, and `<roundId>/<service>/<epoch>/<key>` after consent was withdrawn and given again:
 * the analysis then begins anew and may use its keys once more. Changing the namespace or the name would make every repeated result a new one.
 */
import { createHash } from 'node:crypto';
import type { AnalyserService } from '@interview/schema/enums';

const RESULT_NAMESPACE = '6f1d3a52-7c8e-4b0a-9d47-2e5b8c1f0a63';

/** The id of a service's result in a round. `key` is what the analyser calls it: the same when work is repeated. */
export function resultId(roundId: string, service: AnalyserService, key: string, epoch = 0): string {
  const name = epoch === 0 ? key : `${epoch}/${key}`;
  return nameBasedUuid(RESULT_NAMESPACE, `${roundId}/${service}/${name}`);
}

/** UUID version 5 of a name within a namespace. */
export function nameBasedUuid(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
