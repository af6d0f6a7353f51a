'use client';
/** Which round this is and how it is, with the control that ends it. */
import type { InterviewError } from '@interview/sdk/client';
import { type RoundSummaryFragment, UpdateRoundDocument } from '@interview/sdk/operations';
import Link from 'next/link';
import { useState } from 'react';
import { ConfirmButton } from '../form/confirm-button';
import { seesAll, useSession } from '../session/session';
import styles from './live-page.module.css';
import { nameOfCode, STATUS_NAMES } from './wording';

export function RoundTitle({ round }: { round: RoundSummaryFragment | undefined }) {
  const { viewer } = useSession();
  if (!round) return <h1>Round</h1>;
  const analysis = round.interviewMode === 'HUMAN_ONLY' ? 'no analysis in this mode' : consentWords(round);
  return (
    <div className={styles['title']}>
      <div>
        <h1>{round.externalCandidateId}</h1>
        <p className={styles['facts']}>
          {nameOfCode(round.roundType)} · round {round.roundNumber} · {nameOfCode(round.interviewMode)} ·{' '}
          <strong>{STATUS_NAMES[round.status]}</strong> · {analysis}
          {seesAll(viewer) && (
            <>
              {' · '}
              <Link href={`/audit?round=${encodeURIComponent(round.id)}`}>audit log</Link>
            </>
          )}
        </p>
      </div>
      {round.status === 'IN_PROGRESS' && <EndRound id={round.id} />}
    </div>
  );
}

function EndRound({ id }: { id: string }) {
  const { client } = useSession();
  const [problem, setProblem] = useState<string>();
  const end = async () => {
    try {
      await client.mutate(UpdateRoundDocument, { id, input: { status: 'COMPLETED' } });
    } catch (error) {
      setProblem((error as InterviewError).message); // all that the client throws
    }
  };
  return (
    <>
      <ConfirmButton
        name="End the round"
        question="This ends the round for both, and its analysis."
        confirm="End it"
        onConfirm={() => void end()}
      />
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}

function consentWords({ consent }: RoundSummaryFragment): string {
  if (consent.given) return 'consent given';
  return consent.at ? 'consent withdrawn: nothing is analysed' : 'no consent yet: nothing is analysed';
}
