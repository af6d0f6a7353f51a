'use client';
/** Erases what is held about a candidate, as HR and ADMIN may, and shows what is still to be done until it is. */
import type { InterviewError } from '@interview/sdk/client';
import { EraseCandidateDocument, type ErasureDetailFragment, ErasureDocument } from '@interview/sdk/operations';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { ConfirmButton } from '../form/confirm-button';
import { Field } from '../form/field';
import { problemOf, problemOutside } from '../form/field-problems';
import { useSession } from '../session/session';
import styles from './oversight.module.css';

/** While an erasure is under way it is looked at again after so long. */
const LOOK_AGAIN_MS = 2000;

export function ErasurePage({ erasureId }: { erasureId: string | undefined }) {
  const { client } = useSession();
  const router = useRouter();
  const [candidate, setCandidate] = useState('');
  const [error, setError] = useState<InterviewError>();
  const [busy, setBusy] = useState(false);

  const erase = async () => {
    setBusy(true);
    try {
      const { eraseCandidate } = await client.mutate(EraseCandidateDocument, { externalCandidateId: candidate.trim() });
      setError(undefined);
      router.replace(`/erasure?id=${encodeURIComponent(eraseCandidate.id)}`); // so that a reload finds it again
    } catch (refusal) {
      setError(refusal as InterviewError); // all that the client throws
    } finally {
      setBusy(false);
    }
  };

  const outside = problemOutside(error, ['externalCandidateId']);
  return (
    <div className={styles['page']}>
      <h1>Erasure</h1>
      <p className={styles['quiet']}>
        Everything that is held about a candidate goes: rounds, transcripts, measurements, resumes, verdicts. It cannot
        be taken back. What stays is the skeleton of the audit log: ids, codes and times.
      </p>
      <div className={styles['filter']}>
        <Field label="Candidate" hint="The id in your own system." problem={problemOf(error, 'externalCandidateId')}>
          {(ties) => <input {...ties} value={candidate} onChange={({ target }) => setCandidate(target.value)} />}
        </Field>
        <ConfirmButton
          name="Erase"
          question={`This erases everything about ${candidate.trim()}, for good.`}
          confirm="Erase for good"
          disabled={busy || candidate.trim() === ''}
          onConfirm={() => void erase()}
        />
      </div>
      {outside && (
        <p role="alert" className={styles['problem']}>
          {outside}
        </p>
      )}
      {erasureId && <Progress key={erasureId} id={erasureId} />}
    </div>
  );
}

function Progress({ id }: { id: string }) {
  const { client } = useSession();
  /** Null: there is none. Undefined: not known yet. */
  const [erasure, setErasure] = useState<ErasureDetailFragment | null>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const { erasure: now } = await client.query(ErasureDocument, { id }, { signal: left.signal });
      setErasure(now);
      setProblem(undefined);
      return now !== null && now.completedAt === null;
    };
    const lookOn = () => {
      look().then(
        (again) => {
          if (again && !left.signal.aborted) timer = setTimeout(lookOn, LOOK_AGAIN_MS);
        },
        (error: InterviewError) => {
          if (left.signal.aborted) return;
          setProblem(error.message);
          if (error.code === 'NETWORK_ERROR' || error.code === 'SERVICE_UNAVAILABLE') {
            timer = setTimeout(lookOn, LOOK_AGAIN_MS);
          }
        },
      );
    };
    lookOn();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [client, id]);

  return (
    <section className={styles['progress']} aria-label="Progress">
      {problem && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      {erasure === null && <p>There is no such erasure.</p>}
      {erasure && (
        <>
          <h2>{erasure.externalCandidateId}</h2>
          <p role="status">
            {erasure.completedAt
              ? `Erased, ${new Date(erasure.completedAt).toLocaleString()}.`
              : `Still to be erased: ${erasure.pending.join(', ')}.`}
          </p>
          <p className={styles['quiet']}>Asked for {new Date(erasure.requestedAt).toLocaleString()}.</p>
        </>
      )}
    </section>
  );
}
