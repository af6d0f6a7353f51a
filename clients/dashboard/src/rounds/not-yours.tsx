/** In place of a round that the viewer cannot have. */
import type { InterviewError } from '@interview/sdk/client';
import Link from 'next/link';
import styles from './not-yours.module.css';

const HEADINGS: Readonly<Record<string, string>> = {
  NOT_FOUND: 'There is no such round',
  ACCESS_DENIED: 'This round is not yours to see',
};

export function NotYours({ problem }: { problem: InterviewError }) {
  return (
    <div className={styles['notice']}>
      <h1>{HEADINGS[problem.code] ?? 'This round cannot be shown'}</h1>
      <p>{problem.message}</p>
      <Link href="/">My rounds</Link>
    </div>
  );
}
