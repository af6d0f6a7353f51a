/** Which kinds of file a resume may be, told by what is in the file and never by what the sender says. */
import type { Readable } from 'node:stream';
import { AppError } from '@interview/runtime/errors';
import { fileTypeFromTokenizer } from 'file-type';
import { fromStream } from 'strtok3';
import { extensionOf } from './file-name.js';
import type { ReceivedFile } from './store/file-store.js';
import { isWordDocument } from './word-document.js';

const MIME_TYPES = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const;

export interface ResumeType {
  extension: keyof typeof MIME_TYPES;
  mimeType: string;
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE unless the content is of a kind we take and the name says the same. */
export async function resumeTypeOf(fileName: string, file: Pick<ReceivedFile, 'read'>): Promise<ResumeType> {
  const extension = await contentKind(file);
  if (!extension) throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'A resume must be a PDF, DOC or DOCX file.');
  if (extensionOf(fileName).toLowerCase() !== extension) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `The file's name must end in .${extension}, as its content is.`);
  }
  return { extension, mimeType: MIME_TYPES[extension] };
}

async function contentKind(file: Pick<ReceivedFile, 'read'>): Promise<ResumeType['extension'] | undefined> {
  const bytes = await file.read();
  const found = await fileTypeFromTokenizer(await fromStream(bytes)).finally(() => bytes.destroy());
  if (found?.ext === 'pdf' || found?.ext === 'docx') return found.ext;
  if (found?.ext !== 'cfb') return undefined;
  const read = async (offset: number, length: number) =>
    whole(await file.read({ start: offset, end: offset + length - 1 }));
  return (await isWordDocument(read)) ? 'doc' : undefined;
}

async function whole(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
