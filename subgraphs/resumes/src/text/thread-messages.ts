/** What `read-text.ts` and the threads that open files say to each other. Types and plain values only. */

/** A thread is given one file, at its start. */
export interface ThreadTask {
  bytes: Uint8Array;
  maxPages: number;
  /** More text than this is left unread. */
  maxCharacters: number;
  /** More than this is not inflated. */
  maxInflatedBytes: number;
}

export type Unreadable = 'ENCRYPTED' | 'BROKEN' | 'TOO_LARGE';

/** A thread answers once. */
export type ThreadAnswer =
  | {
      kind: 'text';
      text: string;
      /** A limit left some of it unread. */
      cut: boolean;
    }
  | { kind: 'unreadable'; why: Unreadable };
