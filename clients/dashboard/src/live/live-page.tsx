'use client';
/** The live page of one round. */
import { type InterviewError } from '@interview/sdk/client';
import type { RoundSummaryFragment } from '@interview/sdk/operations';
import Link from 'next/link';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useSession } from '../session/session';
import { ConnectionBadge } from './connection-badge';
import styles from './live-page.module.css';
import { LiveRound } from './live-round';
import { AggregatePanel, MetricsHeader } from './summary';
import { TimelineView } from './timeline-view';
import { nameOfCode, STATUS_NAMES } from './wording';

export function LivePage({ roundId }: { roundId: string }) {
  const { client, logOut } = useSession();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins with nothing
  const live = useMemo(() => new LiveRound(client, roundId, () => new Date()), [client, roundId, attempt]);
  const state = useSyncExternalStore(live.onChange, live.state, live.state);
  useEffect(() => live.start(), [live]);

  const { problem, round } = state;
  if (problem?.code === 'NOT_FOUND' || problem?.code === 'ACCESS_DENIED') return <NotYours problem={problem} />;
  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <RoundTitle round={round} />
        <ConnectionBadge {...state} />
      </div>
      {problem && (
        <div className={styles['problem']} role="alert">
          <p>{problem.message}</p>
          {problem.code === 'INVALID_TOKEN' || problem.code === 'AUTH_REQUIRED' ? (
            <button type="button" onClick={() => logOut(problem.message)}>
              Log in again
            </button>
          ) : (
            <button type="button" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </button>
          )}
        </div>
      )}
      <MetricsHeader metrics={state.metrics} />
      <div className={styles['columns']}>
        <TimelineView {...state} />
        <AggregatePanel aggregate={state.aggregate} />
      </div>
    </div>
  );
}

function RoundTitle({ round }: { round: RoundSummaryFragment | undefined }) {
  if (!round) return <h1>Round</h1>;
  const analysis = round.interviewMode === 'HUMAN_ONLY' ? 'no analysis in this mode' : consentWords(round);
  return (
    <div>
      <h1>{round.externalCandidateId}</h1>
      <p className={styles['facts']}>
        {nameOfCode(round.roundType)} · round {round.roundNumber} · {nameOfCode(round.interviewMode)} ·{' '}
        <strong>{STATUS_NAMES[round.status]}</strong> · {analysis}
      </p>
    </div>
  );
}

function consentWords({ consent }: RoundSummaryFragment): string {
  if (consent.given) return 'consent given';
  return consent.at ? 'consent withdrawn: nothing is analysed' : 'no consent yet: nothing is analysed';
}

function NotYours({ problem }: { problem: InterviewError }) {
  return (
    <div className={styles['notice']}>
      <h1>{problem.code === 'NOT_FOUND' ? 'There is no such round' : 'This round is not yours to see'}</h1>
      <p>{problem.message}</p>
      <Link href="/">My rounds</Link>
    </div>
  );
}
