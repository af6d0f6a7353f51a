/** Names that people gave their files, made safe to store, to show and to send in a header. */

/** Bytes of UTF-8: what file systems take, and by it at most as many characters, which is what the column takes. */
const MAX_BYTES = 255;

/** Control, format (among them right-to-left marks) and unassigned characters, line separators, broken surrogates. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** What some file system reads as more than a letter. */
const RESERVED = /[<>:"|?*]/g;

/** The last part of the path given, without invisible and reserved characters, never empty, its ending kept. */
export function safeFileName(given: string): string {
  const last = given.toWellFormed().replace(INVISIBLE, '').split(/[/\\]/).at(-1) ?? '';
  const cleaned = last
    .normalize('NFC')
    .replace(RESERVED, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  const ending = extensionOf(cleaned);
  const stem = ending ? cleaned.slice(0, -(ending.length + 1)) : cleaned;
  const suffix = ending ? `.${ending}` : '';
  const fitting = cut(stem || 'resume', MAX_BYTES - Buffer.byteLength(suffix));
  return `${fitting.replace(/[ .]+$/, '') || 'resume'}${suffix}`;
}

/** What follows the last dot, in its own case; empty where there is none, or where it is too long to be one. */
export function extensionOf(name: string): string {
  return /\.([^.]{1,16})$/u.exec(name)?.[1] ?? '';
}

function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let result = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    result += character;
  }
  return result;
}

/**
 * The value of a `Content-Disposition` header (RFC 6266) that makes a browser save a file and not show it: an
 * ASCII name for old clients, the whole name encoded as RFC 8187 says.
 */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
