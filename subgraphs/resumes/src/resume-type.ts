/** Which kinds of file a resume may be, told by what is in the file and never by what the sender says. */
import { AppError } from '@interview/runtime/errors';
import { type FileBytes, reading } from './checks/file-bytes.js';
import { extensionOf } from './file-name.js';

const MIME_TYPES = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const;

/** At the very first byte. What begins so still has to be what it says: see checks/. */
const BEGINNINGS: readonly [signature: Buffer, extension: keyof typeof MIME_TYPES][] = [
  [Buffer.from('%PDF-'), 'pdf'],
  [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'doc'],
  [Buffer.from('504b0304', 'hex'), 'docx'],
];

export interface ResumeType {
  extension: keyof typeof MIME_TYPES;
  mimeType: string;
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE unless the content is of a kind we take and the name says the same. */
export async function resumeTypeOf(fileName: string, file: FileBytes): Promise<ResumeType> {
  const beginning = await reading(file)(0, 8);
  const extension = BEGINNINGS.find(([bytes]) => beginning.subarray(0, bytes.length).equals(bytes))?.[1];
  if (!extension) throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'A resume must be a PDF, DOC or DOCX file.');
  if (extensionOf(fileName).toLowerCase() !== extension) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `The file's name must end in .${extension}, as its content is.`);
  }
  return { extension, mimeType: MIME_TYPES[extension] };
}
