/**
 * Fetches a model: all of it, each file with the checksum that is expected, or nothing. It is downloaded into a folder
 * beside its place and moved there when it is complete, so a folder with a model's name always holds the model.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MissingError } from './missing.js';
import type { Model, ModelFile } from './whisper-models.js';

export interface DownloadOptions {
  /** Base address of the repositories: `https://huggingface.co`. */
  url: string;
  /** Where models are kept, each in a folder of its name. */
  folder: string;
  /** Told what is being done, a line each: downloads take minutes. */
  report: (line: string) => void;
  signal?: AbortSignal;
}

/** No file of a model is larger: what is, is none, and must not fill the disk. */
const FILE_AT_MOST = 2 ** 30;

/** @returns the model's folder. @throws MissingError when it cannot be had. */
export async function fetchModel(name: string, model: Model, options: DownloadOptions): Promise<string> {
  const { folder, report } = options;
  const place = join(folder, name);
  if (await isComplete(place, model)) {
    report(`${name} is there already.`);
    return place;
  }
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.work-'));
  try {
    report(`Fetching ${name} (${model.megabytes} MB)`);
    for (const file of model.files) await fetchFile(file, model, work, options);
    // A folder for temporary files is its owner's alone; a worker may run as somebody else.
    chmodSync(work, 0o755);
    // What lay there was incomplete or not what was expected.
    rmSync(place, { recursive: true, force: true });
    renameSync(work, place);
    return place;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function isComplete(place: string, { files }: Model): Promise<boolean> {
  for (const { name, sha256 } of files) {
    const path = join(place, name);
    if (!existsSync(path) || (await checksum(path)) !== sha256) return false;
  }
  return true;
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function fetchFile(file: ModelFile, model: Model, work: string, options: DownloadOptions): Promise<void> {
  const { url, report, signal } = options;
  const address = new URL(`${model.repository}/resolve/${model.revision}/${file.name}`, url.replace(/\/*$/, '/'));
  const response = await fetch(address, { signal: signal ?? null }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new MissingError(
      `${file.name} could not be downloaded: ${address.host} cannot be reached (${causeOf(error)}).`,
    );
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new MissingError(`${file.name} could not be downloaded: ${address.host} answered ${response.status}.`);
  }
  report(`  ${file.name}`);
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(bytes > FILE_AT_MOST ? new Error('it is larger than any file of a model') : null, chunk);
    },
  });
  try {
    await pipeline(response.body, measure, createWriteStream(join(work, file.name)), signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw new MissingError(
      `${file.name} could not be downloaded: it broke off after ${bytes} bytes (${causeOf(error)}).`,
    );
  }
  const found = hash.digest('hex');
  if (found !== file.sha256) {
    throw new MissingError(
      `${file.name} is not the file that was expected, so nothing was kept: its SHA-256 is ${found}, not ${file.sha256}.`,
    );
  }
}

/** Node's fetch says what happened in the error's cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
