'use client';
/** After a round's end: what was put together for the person who decides, and their verdict. */
import { InterviewError } from '@interview/sdk/client';
import {
  RoundRecommendationDocument,
  type VerdictDetailFragment,
  VerdictDocument,
  VerdictSubmittedDocument,
} from '@interview/sdk/operations';
import { useEffect, useState } from 'react';
import type { Insight } from '../live/timeline';
import { useSession } from '../session/session';
import styles from './decision.module.css';
import { type Recommendation, RecommendationView } from './recommendation-view';
import { VerdictForm } from './verdict-form';
import { VerdictView } from './verdict-view';

interface DecisionProps {
  roundId: string;
  insights: readonly Insight[];
}

export function Decision({ roundId, insights }: DecisionProps) {
  const { client } = useSession();
  const [recommendation, setRecommendation] = useState<Recommendation>();
  /** Null: there is none yet. Undefined: not known yet. */
  const [verdict, setVerdict] = useState<VerdictDetailFragment | null>();
  const [problem, setProblem] = useState<string>();
  // What a person dismisses leaves the recommendation: it is read again when that changes.
  const dismissed = insights.filter(({ disposition }) => disposition === 'DISMISSED').length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: see `dismissed`
  useEffect(() => {
    const left = new AbortController();
    client.query(RoundRecommendationDocument, { id: roundId }, { signal: left.signal }).then(
      ({ round }) => setRecommendation(round?.recommendation ?? undefined),
      (error: Error) => {
        if (!left.signal.aborted) setProblem(error.message);
      },
    );
    return () => left.abort();
  }, [client, roundId, dismissed]);

  useEffect(() => {
    const left = new AbortController();
    const { signal } = left;
    const follow = async () => {
      const { verdict: present } = await client.query(VerdictDocument, { roundId }, { signal });
      setVerdict(present);
      if (present) return; // it is final
      const feed = client.subscribe(VerdictSubmittedDocument, { roundId }, { signal });
      for await (const { verdictSubmitted } of feed) setVerdict(verdictSubmitted);
    };
    follow().catch((error: unknown) => {
      if (!signal.aborted && error instanceof InterviewError) setProblem(error.message);
    });
    return () => left.abort();
  }, [client, roundId]);

  return (
    <>
      {problem && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      <RecommendationView recommendation={recommendation} insights={insights} />
      {verdict && <VerdictView verdict={verdict} />}
      {verdict === null && <VerdictForm roundId={roundId} onSubmitted={setVerdict} />}
    </>
  );
}
