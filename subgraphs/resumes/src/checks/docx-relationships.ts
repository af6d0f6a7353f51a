/** What the parts of a DOCX file are, and what they refer to: `[Content_Types].xml` and the `*.rels` parts. */
import { SaxesParser } from 'saxes';
import { refusal } from './refusal.js';
import { shown } from './zip-directory.js';

export const CONTENT_TYPES = '[Content_Types].xml';
/** These two kinds of part are small; they alone are held whole. Characters. */
export const MAX_SMALL_PART = 1024 * 1024;

const MAIN = 'wordprocessingml.document.main+xml';
/** By a part of the content type's name. */
const REFUSED_TYPES: readonly [part: RegExp, what: string][] = [
  [/macroenabled|vbaproject|vbadata/i, 'holds macros'],
  [/activex|ms-office\.control/i, 'holds ActiveX controls'],
  [/oleobject/i, 'holds embedded objects'],
];

/** By the last part of the relationship type's name. Where it leads does not matter. */
const REFUSED_RELATIONSHIPS: Record<string, string> = {
  attachedtemplate: 'refers to a template elsewhere: save it without its template',
  oleobject: 'holds embedded objects',
  package: 'holds embedded objects',
  control: 'holds ActiveX controls',
  activexcontrolbinary: 'holds ActiveX controls',
  vbaproject: 'holds macros',
  wordvbadata: 'holds macros',
  afchunk: 'holds another document',
  subdocument: 'holds another document',
  frame: 'refers to something elsewhere',
  attachedtoolbars: 'holds macros',
  keymapcustomizations: 'holds macros',
};

/** Where a link may lead that a reader clicks on. */
const LINK_SCHEMES = ['http', 'https', 'mailto', 'tel'];

/** @throws AppError UNSUPPORTED_MEDIA_TYPE unless the main part is a Word document and no part is refused. */
export function checkContentTypes(xml: string): void {
  let isDocument = false;
  for (const { attributes } of elements(xml, CONTENT_TYPES)) {
    const type = attributes.get('ContentType') ?? '';
    for (const [part, what] of REFUSED_TYPES) if (part.test(type)) throw refusal(what);
    if (type.endsWith(MAIN)) isDocument = true;
  }
  if (!isDocument) throw refusal('is a ZIP archive, but not a document of Word');
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE */
export function checkRelationships(xml: string, part: string): void {
  for (const { name, attributes } of elements(xml, part)) {
    if (name !== 'Relationship') continue;
    const type = (attributes.get('Type') ?? '').split('/').at(-1)?.toLowerCase() ?? '';
    const refused = Object.hasOwn(REFUSED_RELATIONSHIPS, type) ? REFUSED_RELATIONSHIPS[type] : undefined;
    if (refused) throw refusal(`${refused} (${shown(part)})`);
    const leadsOut = attributes.get('TargetMode')?.trim().toLowerCase() === 'external';
    const target = attributes.get('Target') ?? '';
    if (leadsOut && type !== 'hyperlink') throw refusal(`refers to something elsewhere (${shown(target)})`);
    if (leadsOut) checkLink(target);
  }
}

function checkLink(target: string): void {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(target)?.[1]?.toLowerCase();
  const leadsToShare = /^\s*[\\/]{2}/.test(target);
  if (leadsToShare || (scheme !== undefined && !LINK_SCHEMES.includes(scheme))) {
    throw refusal(`holds a link that is neither to the web nor to mail (${shown(target)})`);
  }
}

/** These parts are a list in an element; a resume's has some dozen items. */
const MAX_DEPTH = 8;
const MAX_ELEMENTS = 10_000;

interface Element {
  /** Without its prefix. */
  name: string;
  /** By their names without prefix, decoded. */
  attributes: Map<string, string>;
}

function elements(xml: string, part: string): Element[] {
  const found: Element[] = [];
  let depth = 0;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', () => {
    throw refusal(`is not well-formed (${shown(part)})`);
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.on('opentag', ({ local, attributes }) => {
    depth += 1;
    // The parser looks for each name's prefix in all elements around it.
    if (depth > MAX_DEPTH || found.length >= MAX_ELEMENTS) throw refusal(`is not well-formed (${shown(part)})`);
    found.push({
      name: local,
      attributes: new Map(Object.values(attributes).map((attribute) => [attribute.local, attribute.value])),
    });
  });
  parser.write(xml).close();
  return found;
}
