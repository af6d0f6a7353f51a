/**
 * Reads an upload's form (multipart/form-data: `resume`, `roundId`, `candidateId`, in any order) as it arrives:
 * the file goes straight into the store and is never whole in memory.
 */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { AppError, type FieldProblem, validationFailed } from '@interview/runtime/errors';
import busboy, { type Busboy } from 'busboy';
import { safeFileName } from './file-name.js';
import type { ReceivedFile } from './store/file-store.js';

/** How long a client may go on sending what has been refused. */
const IGNORED_FOR_MS = 10_000;

export interface UploadForm<F extends ReceivedFile = ReceivedFile> {
  roundId: string;
  candidateId: string;
  fileName: string;
  /** Whoever takes the form keeps it or discards it. */
  file: F;
}

const FIELDS = ['roundId', 'candidateId'] as const;
/** An id has at most 255 characters; whatever is longer is nobody's. Bytes. */
const MAX_FIELD_BYTES = 1024;
/** More parts than the form has, so that a wrong one can be named; few enough to end a flood. */
const LIMITS = { fields: 20, files: 5, parts: 25, headerPairs: 50, fieldSize: MAX_FIELD_BYTES, fieldNameSize: 100 };

/**
 * @throws AppError UNSUPPORTED_MEDIA_TYPE for another content type, PAYLOAD_TOO_LARGE for a file of more than
 * `maxBytes`, VALIDATION_FAILED with every missing or wrong part. Nothing of the file is left then.
 */
export async function readUploadForm<F extends ReceivedFile>(
  request: IncomingMessage,
  store: { receive(bytes: AsyncIterable<Uint8Array>): Promise<F> },
  maxBytes: number,
): Promise<UploadForm<F>> {
  const form = openForm(request);
  const fields = new Map<string, string>();
  const problems: FieldProblem[] = [];
  let fileName = '';
  let receiving: Promise<F> | undefined;
  let refusal: unknown;

  form.on('field', (name, value) => {
    if (fields.has(name)) problems.push({ path: name, message: 'was given twice' });
    fields.set(name, value);
  });
  form.on('file', (name, bytes, info) => {
    // Whoever iterates the bytes is told of their error too; before that it must not count as unhandled.
    bytes.on('error', () => undefined);
    if (name !== 'resume' || receiving) {
      problems.push({ path: name, message: receiving ? 'only one file is taken' : 'the file belongs in "resume"' });
      bytes.resume();
      return;
    }
    fileName = safeFileName(unescaped(info.filename ?? ''));
    receiving = store.receive(atMost(maxBytes, bytes));
    receiving.catch((error: Error) => {
      // A form that failed has ended its file too: then the form's own error came first.
      if (!form.destroyed) refusal = error;
      form.destroy(error);
    });
  });

  try {
    await readWhole(request, form).catch((error: unknown) => {
      throw refusal ?? (error instanceof AppError ? error : malformed());
    });
    const file = await receiving;
    for (const name of FIELDS) if (!fields.get(name)) problems.push({ path: name, message: 'is required' });
    if (!file) problems.push({ path: 'resume', message: 'is required' });
    else if (file.sizeBytes === 0) problems.push({ path: 'resume', message: 'is empty' });
    if (problems.length > 0 || !file) throw validationFailed(problems);
    const [roundId = '', candidateId = ''] = FIELDS.map((name) => fields.get(name));
    return { roundId, candidateId, fileName, file };
  } catch (error) {
    endEarly(request, form);
    // What `receive` itself threw has left nothing behind.
    const received = await receiving?.catch(() => undefined);
    await received?.discard();
    throw error;
  }
}

function openForm(request: IncomingMessage): Busboy {
  if (!/^multipart\/form-data\s*;/i.test(request.headers['content-type'] ?? '')) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the resume as multipart/form-data.');
  }
  try {
    return busboy({ headers: request.headers, defParamCharset: 'utf8', limits: LIMITS });
  } catch {
    throw malformed();
  }
}

async function readWhole(request: IncomingMessage, form: Busboy): Promise<void> {
  const cutOff = () => {
    if (!request.complete) form.destroy(new AppError('VALIDATION_FAILED', 'The upload was cut off.'));
  };
  request.once('close', cutOff);
  request.once('error', cutOff);
  request.pipe(form);
  await finished(form);
}

/** What the HTML standard has browsers escape in a part's file name. */
const unescaped = (name: string) => name.replace(/%(?:22|0A|0D)/gi, decodeURIComponent);

const malformed = () => new AppError('VALIDATION_FAILED', 'The form is not well-formed multipart/form-data.');

async function* atMost(maxBytes: number, bytes: Readable): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
    received += chunk.length;
    if (received > maxBytes) {
      throw new AppError('PAYLOAD_TOO_LARGE', `A resume may have at most ${maxBytes} bytes.`);
    }
    yield chunk;
  }
}

/**
 * A connection that is closed while the client still sends takes the answer away with it. So what still comes
 * is read and thrown away, for as long as a client needs that reads the answer and stops.
 */
function endEarly(request: IncomingMessage, form: Busboy): void {
  request.unpipe(form);
  form.destroy();
  if (request.closed) return;
  request.resume();
  const limit = setTimeout(() => request.destroy(), IGNORED_FOR_MS).unref();
  request.once('close', () => clearTimeout(limit));
}
