'use client';
/** What is analysed, in words for the person it is about, and their say: consent, and a stop that holds at once. */
import type { InterviewError } from '@interview/sdk/client';
import { RecordConsentDocument, type RoundSummaryFragment } from '@interview/sdk/operations';
import { useState } from 'react';
import { isOpen } from '../call/analysis-rule';
import { useSession } from '../session/session';
import styles from './candidate-page.module.css';
import { ANALYSED, whereItTravels } from './consent-wording';

interface ConsentPanelProps {
  round: RoundSummaryFragment;
  sending: boolean;
  lastTakenAt: number | undefined;
  problem: string | undefined;
  withdrawn: boolean;
  /** Who outside takes part in the analysis, by name. */
  processors: readonly string[];
  /** Told before the graph is: nothing more may leave this page. */
  onWithdrawn(withdrawn: boolean): void;
}

export function ConsentPanel(props: ConsentPanelProps) {
  const { round, sending, problem, lastTakenAt, withdrawn, processors, onWithdrawn } = props;
  const { client } = useSession();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  const say = async (consent: boolean) => {
    onWithdrawn(!consent);
    setBusy(true);
    setRefusal(undefined);
    try {
      await client.mutate(RecordConsentDocument, { roundId: round.id, consent });
    } catch (error) {
      setRefusal((error as InterviewError).message); // all that the client throws
    } finally {
      setBusy(false);
    }
  };

  if (round.interviewMode === 'HUMAN_ONLY') {
    return (
      <section className={styles['panel']} aria-labelledby="analysis">
        <h2 id="analysis">No analysis</h2>
        <p>In this round nothing is analysed and nothing is recorded: you only talk with each other.</p>
      </section>
    );
  }
  const given = round.consent.given && !withdrawn;
  return (
    <section className={styles['panel']} aria-labelledby="analysis">
      <h2 id="analysis">What is analysed</h2>
      <p>Only if you agree, and only while this round is in progress. You can join the call without agreeing.</p>
      <ul>
        {ANALYSED.map(({ what, how }) => (
          <li key={what}>
            <strong>{what}</strong> {how}
          </li>
        ))}
      </ul>
      <p>{whereItTravels(processors)}</p>
      <p className={styles['state']} role="status" data-sending={sending}>
        {stateOf(given, sending, lastTakenAt)}
      </p>
      {[problem, refusal].map((sentence) =>
        sentence ? (
          <p key={sentence} role="alert" className={styles['problem']}>
            {sentence}
          </p>
        ) : null,
      )}
      {isOpen(round) &&
        (round.consent.given ? (
          <button type="button" className={styles['stop']} disabled={busy} onClick={() => void say(false)}>
            Stop the analysis
          </button>
        ) : (
          <button type="button" disabled={busy} onClick={() => void say(true)}>
            I agree to the analysis
          </button>
        ))}
    </section>
  );
}

function stateOf(given: boolean, sending: boolean, lastTakenAt: number | undefined): string {
  if (!given) return 'Nothing is analysed. No copy leaves this page.';
  if (!sending) return 'You agreed. The analysis begins when you are both in the call.';
  return lastTakenAt === undefined ? 'The copy begins to be sent.' : 'Sound and picture are being analysed.';
}
