/**
 * Watches an XML part of a document as it inflates: no document type declaration (and with it no entity, internal or
 * external) may be in it, whatever its encoding. Office Open XML allows none.
 */
import { TextDecoder } from 'node:util';
import { hasCode } from './error-code.js';
import { refusal } from './refusal.js';
import { shown } from './zip-directory.js';
import type { PartWatch } from './zip-entries.js';

const DECLARATION = /<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i;
/** What may be cut in two by the border of a chunk. */
const CARRIED = 16;
const NAMED_ENCODING = /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)/;

/** @returns the encoding's name by its first bytes: Office Open XML allows UTF-8 and UTF-16 alone. */
function encodingOf(beginning: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [a, b] = beginning;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  return 'utf-8';
}

/** Whether a part begins as XML does, in any encoding. */
export const looksLikeXml = (beginning: Buffer): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*</.test(beginning.toString('latin1'));

/** `text` is shown what the part says, decoded. */
export function xmlWatch(name: string, text: (part: string) => void = () => undefined): PartWatch {
  let decoder: TextDecoder | undefined;
  let encoding = '';
  let carried = '';

  const see = (chunk: Buffer | undefined): void => {
    const part = decode(chunk);
    if (part.includes('\0')) throw notText();
    const window = carried + part;
    if (DECLARATION.test(window)) throw refusal(`declares a document type or entities (${shown(name)})`);
    carried = window.slice(-CARRIED);
    text(part);
  };

  function decode(chunk: Buffer | undefined): string {
    try {
      if (decoder) return decoder.decode(chunk, { stream: chunk !== undefined });
      if (!chunk) return '';
      encoding = encodingOf(chunk);
      decoder = new TextDecoder(encoding, { fatal: true });
      const first = decoder.decode(chunk, { stream: true });
      const named = NAMED_ENCODING.exec(first)?.[1]?.toLowerCase();
      if (named !== undefined && !(encoding === 'utf-8' ? ['utf-8', 'us-ascii'] : ['utf-16']).includes(named)) {
        throw notText();
      }
      return first;
    } catch (error) {
      if (hasCode(error, /^ERR_ENCODING/)) throw notText();
      throw error;
    }
  }

  const notText = () => refusal(`holds a part that is not XML in UTF-8 or UTF-16 (${shown(name)})`);
  return { bytes: see, end: () => see(undefined) };
}
