'use client';
/** The rounds that the viewer may see, newest scheduled first; each opens its live page. */
import type { InterviewError } from '@interview/sdk/client';
import { RoundsDocument, type RoundsQuery } from '@interview/sdk/operations';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { nameOfCode, STATUS_NAMES } from '../live/wording';
import { seesAll, useSession } from '../session/session';
import styles from './round-list.module.css';

type RoundRow = NonNullable<RoundsQuery['rounds']>['nodes'][number];

interface Listing {
  rows: readonly RoundRow[];
  total: number;
  /** Where the next page begins; undefined on the last one. */
  next: string | undefined;
}

const PAGE_SIZE = 50;

export function RoundList() {
  const { client, viewer, logOut } = useSession();
  const [listing, setListing] = useState<Listing>();
  const [problem, setProblem] = useState<InterviewError>();

  const read = useCallback(
    async (after: string | undefined, signal?: AbortSignal) => {
      try {
        const { rounds } = await client.query(RoundsDocument, { first: PAGE_SIZE, after }, { signal });
        if (!rounds) return;
        const { nodes, totalCount, pageInfo } = rounds;
        const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined;
        setListing((known) => ({
          rows: after === undefined ? nodes : [...(known?.rows ?? []), ...nodes],
          total: totalCount,
          next,
        }));
        setProblem(undefined);
      } catch (error) {
        if (!signal?.aborted) setProblem(error as InterviewError); // all that the client throws
      }
    },
    [client],
  );

  useEffect(() => {
    const left = new AbortController();
    void read(undefined, left.signal);
    return () => left.abort();
  }, [read]);

  const all = seesAll(viewer);
  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <h1>{all ? 'Rounds' : 'My rounds'}</h1>
        {listing && <span className={styles['total']}>{listing.total}</span>}
        <button type="button" onClick={() => void read(undefined)}>
          Refresh
        </button>
      </div>
      {problem && (
        <div className={styles['problem']} role="alert">
          {problem.message}{' '}
          {problem.code === 'INVALID_TOKEN' && (
            <button type="button" onClick={() => logOut(problem.message)}>
              Log in again
            </button>
          )}
        </div>
      )}
      {listing?.rows.length === 0 && (
        <p className={styles['empty']}>{all ? 'There is no round yet.' : 'No round is assigned to you.'}</p>
      )}
      {listing && listing.rows.length > 0 && <Rows rows={listing.rows} />}
      {listing?.next && (
        <button type="button" onClick={() => void read(listing.next)}>
          Show more
        </button>
      )}
    </div>
  );
}

function Rows({ rows }: { rows: readonly RoundRow[] }) {
  return (
    <ul className={styles['rows']}>
      {rows.map((round) => (
        <li key={round.id}>
          <Link href={`/rounds/${encodeURIComponent(round.id)}`} className={styles['row']}>
            <span className={styles['who']}>
              {round.externalCandidateId}
              <small>
                {nameOfCode(round.roundType)} · round {round.roundNumber} · {round.externalInterviewId}
              </small>
            </span>
            <span className={styles['when']}>{whenOf(round)}</span>
            <span className={`${styles['status']} ${styles[round.status] ?? ''}`}>{STATUS_NAMES[round.status]}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function whenOf({ startedAt, scheduledAt }: RoundRow): string {
  const at = startedAt ?? scheduledAt;
  if (!at) return 'not scheduled';
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
