/** A file that only a bearer of the token may read: a bare link would not carry it. */

/** @throws Error with the server's sentence */
export async function readFile(
  fetchFile: typeof fetch,
  gateway: string,
  fileUrl: string,
  token: string,
): Promise<Blob> {
  const address = new URL(fileUrl, gateway);
  if (address.origin !== gateway) throw new Error('The file is not where this page may send its token.');
  const answer = await fetchFile(address, { headers: { authorization: `Bearer ${token}` } });
  if (answer.ok) return answer.blob();
  const body: unknown = await answer.json().catch(() => undefined);
  throw new Error(sentenceIn(body) ?? `The file could not be read (${answer.status}).`);
}

function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage && typeof error.message === 'string' ? error.message : undefined;
}

/** Hands the file to the browser's downloads. */
export function saveAs(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the file by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
