/**
 * The file store in an S3 bucket: `<prefix>incoming/` for what is on its way, `<prefix>kept/` for what has a name.
 * Keeping is one CopyObject, which makes the whole object or none; the incoming one is removed afterwards, and where
 * that fails the sweep does it.
 *
 * Region, credentials and endpoint are the AWS SDK's own settings (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL_S3, …). With
 * an endpoint of one's own buckets are addressed by path, as MinIO, Ceph and others expect.
 */
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { SettingsError } from '@interview/runtime/settings';
import type { ByteRange, FileStore, ReceivedFile } from './file-store.js';

export interface S3Place {
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
}

/** Of `s3://bucket/prefix`. */
export function placeOf(address: string): S3Place {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(address) ?? [];
  const prefix = path.replace(/^\/+|\/+$/g, '');
  return { bucket, prefix: prefix && `${prefix}/` };
}

/** Parts of an upload, one at a time: so much of a file is in memory. S3 takes no smaller ones. */
const PART_BYTES = 5 * 1024 * 1024;
/** The client of an upload waits, and its transaction is open, while a file is kept. */
const TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 15_000, throwOnRequestTimeout: true };

const ownEndpoint = () => Boolean(process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']);

const connectS3 = () =>
  new S3Client({
    forcePathStyle: ownEndpoint(),
    requestHandler: TIMEOUTS,
    maxAttempts: 2,
    // Other servers than Amazon's do not know the newer checksums; what lies there is authenticated by its encryption.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

/** @throws SettingsError when the bucket cannot be reached or is not ours to use. */
export async function openS3Store(
  { bucket, prefix }: S3Place,
  log: Logger,
  client: S3Client = connectS3(),
): Promise<FileStore> {
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  const incoming = `${prefix}incoming/`;
  const kept = `${prefix}kept/`;
  await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: Error) => {
    const reason = error.name === 'Error' ? error.message : error.name;
    throw new SettingsError(`RESUME_STORE: the bucket ${bucket} cannot be used (${reason}).`, { cause: error });
  });

  const failed = (error: unknown): AppError => {
    log.error({ err: error }, 'the file store did not answer');
    return new AppError('SERVICE_UNAVAILABLE', 'Files cannot be stored or read at this moment.');
  };
  const remove = async (key: string) => {
    await client.send(new DeleteObjectCommand(at(key)));
  };
  /** Of what came in; what cannot be removed now goes with the next sweep. */
  const drop = (key: string) =>
    remove(key).catch((error: unknown) => log.warn({ err: error, key }, 'an upload stays for the sweep'));

  async function read(key: string, range?: ByteRange): Promise<Readable | null> {
    const bytes = range && `bytes=${range.start}-${range.end}`;
    try {
      const { Body } = await client.send(new GetObjectCommand({ ...at(key), ...(bytes ? { Range: bytes } : {}) }));
      // In Node the body is a stream of Node's.
      return Body as Readable;
    } catch (error) {
      // A range that begins behind the end: what is there was cut, and whoever reads finds nothing.
      if (hasName(error, 'InvalidRange')) return Readable.from([]);
      if (hasName(error, 'NoSuchKey')) return null;
      throw failed(error);
    }
  }

  async function receive(bytes: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
    const key = `${incoming}${randomUUID()}`;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const broken: { reason?: unknown } = {};
    async function* measured() {
      try {
        for await (const chunk of bytes) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          yield chunk;
        }
      } catch (error) {
        broken.reason = error;
        throw error;
      }
    }
    const upload = new Upload({
      client,
      params: { ...at(key), Body: Readable.from(measured(), { objectMode: false }) },
      partSize: PART_BYTES,
      queueSize: 1,
    });
    try {
      await upload.done();
    } catch (error) {
      // An upload whose answer was lost may have happened.
      await drop(key);
      throw 'reason' in broken ? broken.reason : failed(error);
    }
    return receivedFile(key, sizeBytes, hash.digest('hex'));
  }

  function receivedFile(key: string, sizeBytes: number, sha256: string): ReceivedFile {
    let isKept = false;
    return {
      sizeBytes,
      sha256,
      async read(range) {
        const stream = await read(key, range);
        if (!stream) throw new Error('A file that came in is no longer in the store.');
        return stream;
      },
      async keep(name) {
        const CopySource = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
        await client.send(new CopyObjectCommand({ ...at(kept + name), CopySource })).catch((error: unknown) => {
          throw failed(error);
        });
        isKept = true;
        await drop(key);
      },
      async discard() {
        if (!isKept) await drop(key);
      },
    };
  }

  async function* objects(beginning: string): AsyncGenerator<{ key: string; at: Date }> {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: beginning })) {
      for (const { Key, LastModified } of page.Contents ?? [])
        if (Key && LastModified) yield { key: Key, at: LastModified };
    }
  }

  /** A page of them in each sweep. */
  async function abortUploads(before: Date): Promise<void> {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: incoming }));
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (!Key || !UploadId || !Initiated || Initiated >= before) continue;
      await client.send(new AbortMultipartUploadCommand({ ...at(Key), UploadId }));
    }
  }

  return {
    receive,
    read: (name, range) => read(kept + name, range),
    remove: (name) => remove(kept + name),
    async named(beginning) {
      const names: string[] = [];
      for await (const { key } of objects(kept + beginning)) names.push(key.slice(kept.length));
      return names;
    },
    async leftSince(before) {
      await abortUploads(before);
      for await (const object of objects(incoming)) if (object.at < before) await remove(object.key);
      const names: string[] = [];
      for await (const object of objects(kept)) if (object.at < before) names.push(object.key.slice(kept.length));
      return names;
    },
  };
}

const hasName = (error: unknown, name: string) => error instanceof Error && error.name === name;
