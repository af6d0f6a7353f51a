'use client';
/** A round as it is and as it changes. The feed begins with the present state, so nothing has to be read before. */
import { InterviewError } from '@interview/sdk/client';
import { type RoundSummaryFragment, RoundUpdatedDocument } from '@interview/sdk/operations';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session';

export interface FollowedRound {
  round: RoundSummaryFragment | undefined;
  problem: InterviewError | undefined;
}

export function useRound(roundId: string): FollowedRound {
  const { client } = useSession();
  const [round, setRound] = useState<RoundSummaryFragment>();
  const [problem, setProblem] = useState<InterviewError>();

  useEffect(() => {
    const left = new AbortController();
    const follow = async () => {
      const feed = client.subscribe(RoundUpdatedDocument, { roundId }, { signal: left.signal });
      for await (const { roundUpdated } of feed) setRound(roundUpdated);
    };
    follow().catch((error: unknown) => {
      if (left.signal.aborted) return;
      setProblem(error instanceof InterviewError ? error : new InterviewError('INTERNAL_ERROR', String(error)));
    });
    return () => left.abort();
  }, [client, roundId]);

  return { round, problem };
}
