/**
 * Follows a supergraph's file. Editors replace a file by another, Kubernetes swaps a link somewhere above it
 * (`..data`), network folders tell of nothing: so what counts is what the path leads to, looked at every few seconds,
 * and sooner when the folder says that something happened. A file is read once it has rested, so that one that is
 * still being written is not taken for a broken one.
 */
import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '@interview/runtime/log';

/** How long a file must have been the same before it is read. */
const REST_MS = 200;

export interface Following {
  /** How often it is looked at, in milliseconds; 0: only when told to. */
  pollMs: number;
  /** Given the text whenever the file is another than the one that was read last. */
  offer: (supergraphSdl: string) => Promise<unknown>;
}

export class SupergraphFile {
  /** What the path led to when it was read last. */
  #read: string | undefined;
  #missing = false;
  #following: Following | undefined;
  /** It was told to offer before anybody followed. */
  #owed = false;
  #polling: NodeJS.Timeout | undefined;
  #resting: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;

  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {}

  /** @throws Error when there is no such file, or it cannot be read */
  async read(): Promise<string> {
    const identity = await this.#identity();
    const text = await readFile(this.path, 'utf8');
    // As it was before: what was written meanwhile is another.
    this.#read = identity;
    return text;
  }

  /** Offers what the file holds each time that it has changed since it was read, until it is closed. */
  follow(following: Following): void {
    this.#following = following;
    const { pollMs } = following;
    if (this.#owed) void this.offerNow();
    // What has changed since it was read, before it was followed.
    else void this.#look();
    if (pollMs === 0) return;
    this.#polling = setInterval(() => void this.#look(), pollMs).unref();
    try {
      this.#watcher = watch(dirname(this.path), { persistent: false }, () => void this.#look());
      this.#watcher.on('error', (err) => this.#watchLost(err));
    } catch (err) {
      this.#watchLost(err);
    }
  }

  /** Offers what the file holds, changed or not. */
  async offerNow(): Promise<void> {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    const following = this.#following;
    this.#owed = !following;
    if (!following) return;
    let text: string;
    try {
      text = await this.read();
    } catch (err) {
      this.#unreadable(err);
      return;
    }
    if (this.#following) await following.offer(text);
  }

  close(): void {
    this.#following = undefined;
    clearInterval(this.#polling);
    clearTimeout(this.#resting);
    this.#watcher?.close();
  }

  /** The folder is gone, or there are no more watches to be had: the poll goes on. */
  #watchLost(err: unknown): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.log.warn({ err }, 'the folder of the supergraph cannot be watched, it is polled only');
  }

  async #look(): Promise<void> {
    if (this.#resting) return;
    const seen = await this.#identity();
    if (seen !== undefined && seen !== this.#read && this.#following && !this.#resting) this.#rest(seen);
  }

  #rest(seen: string): void {
    this.#resting = setTimeout(() => void this.#rested(seen), REST_MS).unref();
  }

  async #rested(seen: string): Promise<void> {
    const now = await this.#identity();
    this.#resting = undefined;
    if (!this.#following || now === undefined || now === this.#read) return;
    if (now === seen) await this.offerNow();
    else this.#rest(now);
  }

  /** What the path leads to; another whenever the file was written or put in place of another. */
  async #identity(): Promise<string | undefined> {
    try {
      const { dev, ino, size, mtimeNs } = await stat(this.path, { bigint: true });
      this.#missing = false;
      return [dev, ino, size, mtimeNs].join(' ');
    } catch (err) {
      this.#unreadable(err);
      return undefined;
    }
  }

  /** Told once: between a file's removal and the next there may be many looks. */
  #unreadable(err: unknown): void {
    if (this.#missing) return;
    this.#missing = true;
    this.log.warn({ err, path: this.path }, 'the supergraph cannot be read, the present one stays');
  }
}
