'use client';
/** The call as the interviewer has it. While the candidate consents, what the interviewer says is transcribed too. */
import type { RoundSummaryFragment } from '@interview/sdk/operations';
import { isAnalysed } from '../call/analysis-rule';
import { CallView } from '../call/call-view';
import { useAnalysedCopy } from '../call/use-analysed-copy';
import { useCall } from '../call/use-call';
import styles from './live-page.module.css';
import { QuestionForm } from './question-form';

export function InterviewerCall({ roundId, round }: { roundId: string; round: RoundSummaryFragment | undefined }) {
  const control = useCall(roundId, false);
  const { open } = control;
  const allowed = isAnalysed(round) && open?.socketState.joined === true;
  const problem = useAnalysedCopy({ allowed, socket: open?.socket, local: open?.local, soundOnly: true });
  return (
    <div className={styles['call']}>
      <CallView control={control} otherName="candidate" />
      {open && round?.interviewMode !== 'HUMAN_ONLY' && (
        <p className={styles['facts']}>
          {problem ??
            (allowed
              ? 'What you say is transcribed, as what the candidate says is.'
              : 'Nothing is transcribed now. It begins when both are in the call and the candidate agrees.')}
        </p>
      )}
      {allowed && <QuestionForm roundId={roundId} />}
    </div>
  );
}
