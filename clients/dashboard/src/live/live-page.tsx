'use client';
/** The live page of one round, for the interviewer, HR and ADMIN: call, transcript, what is measured, and the decision. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { isOpen } from '../call/analysis-rule';
import { Decision } from '../decision/decision';
import { ResumePanel } from '../resume/resume-panel';
import { NotYours } from '../rounds/not-yours';
import { useSession } from '../session/session';
import { AnalysersPanel } from './analysers-panel';
import { ConnectionBadge } from './connection-badge';
import { InterviewerCall } from './interviewer-call';
import styles from './live-page.module.css';
import { LiveRound } from './live-round';
import { RoundTitle } from './round-title';
import { AggregatePanel, MetricsHeader } from './summary';
import { TimelineView } from './timeline-view';

export function LivePage({ roundId }: { roundId: string }) {
  const { client, viewer, logOut } = useSession();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins with nothing
  const live = useMemo(() => new LiveRound(client, roundId, () => new Date()), [client, roundId, attempt]);
  const state = useSyncExternalStore(live.onChange, live.state, live.state);
  useEffect(() => live.start(), [live]);

  const { problem, round } = state;
  if (problem?.code === 'NOT_FOUND' || problem?.code === 'ACCESS_DENIED') return <NotYours problem={problem} />;
  const ended = round?.status === 'COMPLETED';
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
        <TimelineView {...state} review={live.review} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard (WCAG 2.1.1) */}
        <aside className={styles['side']} aria-label="Beside the transcript" tabIndex={0}>
          {viewer.role === 'EMPLOYEE' && isOpen(round) && <InterviewerCall roundId={roundId} round={round} />}
          {ended && <Decision roundId={roundId} insights={state.insights.entries} />}
          <AggregatePanel aggregate={state.aggregate} />
          <AnalysersPanel roundId={roundId} open={round?.status === 'IN_PROGRESS'} />
          {round && <ResumePanel roundId={roundId} />}
        </aside>
      </div>
    </div>
  );
}
