'use client';
/** What a candidate sees of their own round: the call, and what is analysed, with the say over it. */
import { useEffect, useState } from 'react';
import { isAnalysed, isOpen } from '../call/analysis-rule';
import { CallView } from '../call/call-view';
import { useAnalysedCopy } from '../call/use-analysed-copy';
import { useCall } from '../call/use-call';
import { nameOfCode, STATUS_NAMES } from '../live/wording';
import { NotYours } from '../rounds/not-yours';
import { useRound } from '../rounds/use-round';
import styles from './candidate-page.module.css';
import { ConsentPanel } from './consent-panel';

interface CandidatePageProps {
  roundId: string;
  processors: readonly string[];
}

export function CandidatePage({ roundId, processors }: CandidatePageProps) {
  const { round, problem } = useRound(roundId);
  const control = useCall(roundId, true);
  // Holds from the click on, before the graph knows.
  const [withdrawn, setWithdrawn] = useState(false);
  const { open, leave } = control;
  const allowed = isAnalysed(round) && !withdrawn && open?.socketState.joined === true;
  const copyProblem = useAnalysedCopy({ allowed, socket: open?.socket, local: open?.local, soundOnly: false });

  const over = problem !== undefined || (round !== undefined && !isOpen(round));
  useEffect(() => {
    if (over) leave(); // camera and microphone go off with the round
  }, [over, leave]);

  if (problem) return <NotYours problem={problem} />;
  if (!round) {
    return (
      <p className={styles['waiting']} role="status">
        Loading…
      </p>
    );
  }
  return (
    <div className={styles['page']}>
      <div>
        <h1>Your interview</h1>
        <p className={styles['facts']}>
          {nameOfCode(round.roundType)} · round {round.roundNumber} · <strong>{STATUS_NAMES[round.status]}</strong>
        </p>
      </div>
      <div className={styles['columns']}>
        {over ? (
          <p className={styles['over']}>This round is over. Nothing is sent from here any more.</p>
        ) : (
          <CallView control={control} otherName="interviewer" />
        )}
        <ConsentPanel
          round={round}
          sending={allowed}
          lastTakenAt={open?.socketState.lastTakenAt}
          problem={copyProblem}
          withdrawn={withdrawn}
          processors={processors}
          onWithdrawn={setWithdrawn}
        />
      </div>
    </div>
  );
}
