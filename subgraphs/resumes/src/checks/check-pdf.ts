/** What a PDF must not hold: scripts, programs, attachments, actions at opening, a password, other data. */
import { type FileBytes, reading } from './file-bytes.js';
import { archiveWatch, refuseZipAtEnd } from './foreign-data.js';
import { PdfBody } from './pdf-body.js';
import { PdfBudget } from './pdf-budget.js';
import { checkDamagedPdf } from './pdf-damaged.js';
import { BeginningCount } from './pdf-hidden.js';
import { type PdfFindings, refuseActionAtOpening } from './pdf-inspector.js';
import { PdfLexer } from './pdf-lexer.js';
import { inspectObjectStream } from './pdf-object-stream.js';
import { DamagedPdf, refusal } from './refusal.js';

/**
 * A PDF that is merely broken is taken: what can be read of it, or that nothing can, is said where its text is shown.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE that says what is wrong.
 */
export async function checkPdf(file: FileBytes): Promise<void> {
  await refuseZipAtEnd(reading(file), file.sizeBytes);
  const budget = new PdfBudget();
  try {
    await checkInOrder(file, budget);
  } catch (error) {
    if (!(error instanceof DamagedPdf)) throw error;
    await checkDamagedPdf(file, error, budget);
  }
}

/** @throws DamagedPdf where it cannot be followed. */
async function checkInOrder(file: FileBytes, budget: PdfBudget): Promise<void> {
  const findings: PdfFindings = { actions: new Set(), openings: new Set() };
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
  if (!lexer.isBetween) throw new DamagedPdf('is cut off');
  body.end();
  if (beginnings.objects !== body.objects || beginnings.trailers !== body.trailers) {
    throw refusal('hides objects within its contents');
  }
  refuseActionAtOpening(findings);
}
