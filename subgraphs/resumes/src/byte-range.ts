/** The `Range` header of HTTP (RFC 9110, section 14), for one range of bytes. */
import type { ByteRange } from './store/file-store.js';

/**
 * The range asked for within a file of `size` bytes; `whole` where none is, or one that may be ignored (another
 * unit, several ranges, nonsense); `unsatisfiable` where it lies outside the file (416).
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return 'whole';
  const [from, to] = [match[1] ?? '', match[2] ?? ''];
  if (from === '' && to === '') return 'whole';
  if (from === '') {
    const suffix = Math.min(Number(to), size);
    return suffix === 0 ? 'unsatisfiable' : { start: size - suffix, end: size - 1 };
  }
  const start = Number(from);
  if (to !== '' && Number(to) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
