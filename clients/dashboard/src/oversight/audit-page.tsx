'use client';
/** The company's audit log, newest first, for HR and ADMIN: who did what to which round. */
import type { InterviewError } from '@interview/sdk/client';
import { AuditEventsDocument, type AuditEventsQuery } from '@interview/sdk/operations';
import Link from 'next/link';
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { Field } from '../form/field';
import { problemOf, problemOutside } from '../form/field-problems';
import { useSession } from '../session/session';
import { ACTIONS, actionName, detailWords } from './audit-wording';
import styles from './oversight.module.css';

type Entry = NonNullable<AuditEventsQuery['auditEvents']>['nodes'][number];

interface Listing {
  entries: readonly Entry[];
  total: number;
  /** Where the next page begins; undefined on the last one. */
  next: string | undefined;
}

interface Filter {
  roundId: string;
  action: string;
}

const PAGE_SIZE = 50;

export function AuditPage({ roundId }: { roundId: string }) {
  const { client } = useSession();
  const [draft, setDraft] = useState<Filter>({ roundId, action: '' });
  const [filter, setFilter] = useState(draft);
  const [listing, setListing] = useState<Listing>();
  const [error, setError] = useState<InterviewError>();

  const read = useCallback(
    async (after: string | undefined, signal?: AbortSignal) => {
      const variables = {
        roundId: filter.roundId.trim() || undefined,
        action: filter.action || undefined,
        first: PAGE_SIZE,
        after,
      };
      try {
        const { auditEvents } = await client.query(AuditEventsDocument, variables, { signal });
        if (!auditEvents) return;
        const { nodes, totalCount, pageInfo } = auditEvents;
        const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined;
        setListing((known) => ({
          entries: after === undefined ? nodes : [...(known?.entries ?? []), ...nodes],
          total: totalCount,
          next,
        }));
        setError(undefined);
      } catch (refusal) {
        if (!signal?.aborted) setError(refusal as InterviewError); // all that the client throws
      }
    },
    [client, filter],
  );

  useEffect(() => {
    const left = new AbortController();
    void read(undefined, left.signal);
    return () => left.abort();
  }, [read]);

  const search = (event: FormEvent) => {
    event.preventDefault();
    setFilter({ ...draft });
  };
  const outside = problemOutside(error, ['roundId', 'action']);
  return (
    <div className={styles['page']}>
      <h1>Audit log</h1>
      <form className={styles['filter']} onSubmit={search}>
        <Field label="Round" problem={problemOf(error, 'roundId')}>
          {(ties) => (
            <input
              {...ties}
              placeholder="its id, or empty for all"
              value={draft.roundId}
              onChange={({ target }) => setDraft({ ...draft, roundId: target.value })}
            />
          )}
        </Field>
        <Field label="What happened" problem={problemOf(error, 'action')}>
          {(ties) => (
            <select
              {...ties}
              value={draft.action}
              onChange={({ target }) => setDraft({ ...draft, action: target.value })}
            >
              <option value="">Everything</option>
              {Object.entries(ACTIONS).map(([action, name]) => (
                <option key={action} value={action}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit">Show</button>
      </form>
      {outside && (
        <p role="alert" className={styles['problem']}>
          {outside}
        </p>
      )}
      <p role="status" className={styles['quiet']}>
        {listing && (listing.total === 1 ? 'One entry' : `${listing.total} entries`)}
      </p>
      {listing && listing.entries.length > 0 && <Entries entries={listing.entries} />}
      {listing?.next && (
        <button type="button" onClick={() => void read(listing.next)}>
          Show more
        </button>
      )}
    </div>
  );
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard (WCAG 2.1.1)
    <section className={styles['scroll']} aria-label="Entries" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Who</th>
            <th scope="col">Round</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td>
                <time dateTime={entry.at}>{new Date(entry.at).toLocaleString()}</time>
              </td>
              <td>{actionName(entry.action)}</td>
              <td>
                {entry.actorId} {entry.actorRole && <small>{entry.actorRole.toLowerCase()}</small>}
              </td>
              <td>
                {entry.roundId && (
                  <Link href={`/rounds/${encodeURIComponent(entry.roundId)}`} prefetch={false}>
                    {entry.roundId.slice(0, 8)}
                  </Link>
                )}
              </td>
              <td className={styles['detail']}>{detailWords(entry.detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
