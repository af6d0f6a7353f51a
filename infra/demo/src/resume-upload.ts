/** Sends the sample resume as an HR user's browser would: multipart to the REST interface. */
import { readFile } from 'node:fs/promises';
import { RESUME } from './interview.js';

export interface ResumeUpload {
  gatewayUrl: string;
  token: string;
  roundId: string;
  candidateId: string;
}

/**
 * @returns size of the file in bytes.
 * @throws Error with the gateway's answer when it does not take the file.
 */
export async function uploadResume(upload: ResumeUpload): Promise<number> {
  const file = await readFile(RESUME.url);
  const form = new FormData();
  form.set('roundId', upload.roundId);
  form.set('candidateId', upload.candidateId);
  form.set('resume', new Blob([new Uint8Array(file)], { type: RESUME.mimeType }), RESUME.fileName);
  const response = await fetch(new URL('/api/resumes/upload', upload.gatewayUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${upload.token}` },
    body: form,
  });
  if (response.status !== 201) {
    throw new Error(`The resume was not taken: ${response.status} ${(await response.text()).slice(0, 500)}`);
  }
  return file.length;
}
