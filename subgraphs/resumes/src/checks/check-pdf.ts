/** What a PDF must not hold: scripts, programs, attachments, actions at opening, a password, other data. */
import { type FileBytes, reading } from './file-bytes.js';
import { archiveWatch, refuseZipAtEnd } from './foreign-data.js';
import { PdfBody } from './pdf-body.js';
import { PdfBudget } from './pdf-budget.js';
import { BeginningCount } from './pdf-hidden.js';
import { type PdfFindings, refuseActionAtOpening } from './pdf-inspector.js';
import { PdfLexer } from './pdf-lexer.js';
import { inspectObjectStream } from './pdf-object-stream.js';
import { refusal } from './refusal.js';

/** @throws AppError UNSUPPORTED_MEDIA_TYPE that says what is wrong. */
export async function checkPdf(file: FileBytes): Promise<void> {
  await refuseZipAtEnd(reading(file), file.sizeBytes);
  const findings: PdfFindings = { actions: new Set(), openings: new Set() };
  const budget = new PdfBudget();
  const body = new PdfBody(findings);
  const lexer = new PdfLexer(body, budget);
  const beginnings = new BeginningCount();
  const watch = archiveWatch();
  for await (const chunk of await file.read()) {
    const bytes = chunk as Buffer;
    watch(bytes);
    beginnings.feed(bytes);
    lexer.feed(bytes);
    for (const stream of body.takeStreams()) await inspectObjectStream(stream, findings, budget);
  }
  lexer.end();
  beginnings.end();
  if (!lexer.isBetween) throw refusal('is cut off');
  body.end();
  if (beginnings.objects !== body.objects || beginnings.trailers !== body.trailers) {
    throw refusal('hides objects within its contents');
  }
  refuseActionAtOpening(findings);
}
