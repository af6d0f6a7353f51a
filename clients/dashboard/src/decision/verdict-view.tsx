/** A verdict that was submitted; it is final. */
import type { VerdictDetailFragment } from '@interview/sdk/operations';
import styles from './decision.module.css';
import { DECISIONS, SCORES, type ScoreField } from './verdict-draft';

export function VerdictView({ verdict }: { verdict: VerdictDetailFragment }) {
  return (
    <section className={styles['panel']} aria-labelledby="verdict">
      <h2 id="verdict">Verdict: {DECISIONS[verdict.decision]}</h2>
      <p className={styles['quiet']}>
        by {verdict.interviewerId}, {new Date(verdict.submittedAt).toLocaleString()}
      </p>
      <dl className={styles['scores']}>
        {(Object.keys(SCORES) as ScoreField[]).map((field) => (
          <div key={field}>
            <dt>{SCORES[field]}</dt>
            <dd>{verdict[field] ?? '–'}</dd>
          </div>
        ))}
      </dl>
      <Sentences heading="Strengths" sentences={verdict.strengths} />
      <Sentences heading="Weaknesses" sentences={verdict.weaknesses} />
      {verdict.notes && <p className={styles['notes']}>{verdict.notes}</p>}
    </section>
  );
}

export function Sentences({ heading, sentences }: { heading: string; sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <>
      <h3>{heading}</h3>
      <ul className={styles['sentences']}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
