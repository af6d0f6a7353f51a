/**
 * Looks into an upload for what a resume has no use for and an attacker has. Every check reads the file in pieces of at
 * most 64 KB and gives the event loop a turn between them; what is held of it at once is bounded in each file here.
 */
import { checkDoc } from './check-doc.js';
import { checkDocx } from './check-docx.js';
import { checkPdf } from './check-pdf.js';
import type { FileBytes } from './file-bytes.js';

const CHECKS = { pdf: checkPdf, doc: checkDoc, docx: checkDocx } as const;

/** @throws AppError UNSUPPORTED_MEDIA_TYPE that says what is wrong. */
export const checkContent = (kind: keyof typeof CHECKS, file: FileBytes): Promise<void> => CHECKS[kind](file);
