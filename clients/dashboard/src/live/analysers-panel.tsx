'use client';
/** How each analyser of the round is doing: a person has to know what is not measured, and what measures instead. */
import { type AnalyserState, RoundAnalysersDocument, type RoundAnalysersQuery } from '@interview/sdk/operations';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session';
import styles from './analysers-panel.module.css';
import { ANALYSER_NAMES, ANALYSER_STATE_NAMES } from './wording';

type Analyser = NonNullable<NonNullable<RoundAnalysersQuery['round']>['analysers']>[number];

/** Statuses change rarely and have no feed. */
const LOOK_AGAIN_MS = 5000;

const MARKS: Readonly<Record<AnalyserState, string>> = { OK: '●', DEGRADED: '▲', DOWN: '■' };

export function AnalysersPanel({ roundId, open }: { roundId: string; open: boolean }) {
  const analysers = useAnalysers(roundId, open);
  if (analysers.length === 0) return null;
  return (
    <section className={styles['panel']} aria-labelledby="analysers">
      <h2 id="analysers">Analysers</h2>
      <ul className={styles['list']} aria-live="polite">
        {analysers.map(({ service, state, detail }) => (
          <li key={service} className={styles[state]}>
            <span className={styles['mark']} aria-hidden="true">
              {MARKS[state]}
            </span>
            <span>
              <strong>{ANALYSER_NAMES[service] ?? service}</strong> {ANALYSER_STATE_NAMES[state]}
              {detail && <small>{detail}</small>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Asks again while the round is open; an answer that fails leaves what was known. */
function useAnalysers(roundId: string, open: boolean): readonly Analyser[] {
  const { client } = useSession();
  const [analysers, setAnalysers] = useState<readonly Analyser[]>([]);
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const { round } = await client.query(RoundAnalysersDocument, { id: roundId }, { signal: left.signal });
        setAnalysers(round?.analysers ?? []);
      } catch {
        // The connection badge tells that the gateway is away; the next look comes anyway.
      }
      if (open && !left.signal.aborted) timer = setTimeout(look, LOOK_AGAIN_MS);
    };
    look();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [client, roundId, open]);
  return analysers;
}
