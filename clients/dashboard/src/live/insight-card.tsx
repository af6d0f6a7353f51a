'use client';
/** One insight: what was measured, and a person's judgement of it. What is dismissed is struck out, not taken away. */
import type { InterviewError } from '@interview/sdk/client';
import type { InsightDisposition } from '@interview/sdk/operations';
import { useState } from 'react';
import styles from './insight-card.module.css';
import { Severity } from './severity';
import type { Insight } from './timeline';
import { clockTime, INSIGHT_NAMES } from './wording';

/** Rejects with an InterviewError where the graph refuses. */
export type Review = (insightId: string, disposition: InsightDisposition) => Promise<void>;

interface InsightCardProps {
  insight: Insight;
  /** Arrived while the page was open. */
  interrupts: boolean;
  review: Review;
}

export function InsightCard({ insight, interrupts, review }: InsightCardProps) {
  const alarm = insight.severity === 'CRITICAL' && interrupts ? { role: 'alert' } : {};
  const dismissed = insight.disposition === 'DISMISSED';
  const look = dismissed ? styles['dismissed'] : styles[insight.severity];
  return (
    <li className={`${styles['insight']} ${look}`}>
      <div {...alarm}>
        <div className={styles['title']}>
          <Severity severity={insight.severity} />
          <strong>{INSIGHT_NAMES[insight.type]}</strong>
          <time>{clockTime(insight.timestampMs)}</time>
        </div>
        <p>{insight.explanation}</p>
      </div>
      <Judgement insight={insight} review={review} />
    </li>
  );
}

function Judgement({ insight, review }: Pick<InsightCardProps, 'insight' | 'review'>) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const what = `${INSIGHT_NAMES[insight.type]} at ${clockTime(insight.timestampMs)}`;
  const judge = async (disposition: InsightDisposition) => {
    setBusy(true);
    try {
      await review(insight.id, disposition);
      setRefusal(undefined);
    } catch (error) {
      setRefusal((error as InterviewError).message); // what a review rejects with
    } finally {
      setBusy(false);
    }
  };
  const button = (name: string, disposition: InsightDisposition) => (
    <button type="button" aria-label={`${name}: ${what}`} disabled={busy} onClick={() => void judge(disposition)}>
      {name}
    </button>
  );
  return (
    <div className={styles['review']}>
      {insight.disposition === 'UNREVIEWED' ? (
        <>
          {button('Confirm', 'CONFIRMED')}
          {button('Dismiss', 'DISMISSED')}
        </>
      ) : (
        <>
          <span>{insight.disposition === 'CONFIRMED' ? 'Confirmed by a person' : 'Dismissed: no longer counted'}</span>
          {button('Undo', 'UNREVIEWED')}
        </>
      )}
      {refusal && (
        <span role="alert" className={styles['refusal']}>
          {refusal}
        </span>
      )}
    </div>
  );
}
