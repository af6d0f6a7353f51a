'use client';
/** One round, as it is for who looks: the candidate meets the call and their consent, everyone else what is measured. */
import { CandidatePage } from '../candidate/candidate-page';
import { LivePage } from '../live/live-page';
import { useSession } from '../session/session';

interface RoundPageProps {
  roundId: string;
  /** Who outside takes part in the analysis: the candidate is told. */
  processors: readonly string[];
}

export function RoundPage({ roundId, processors }: RoundPageProps) {
  const { viewer } = useSession();
  return viewer.role === 'CANDIDATE' ? (
    <CandidatePage roundId={roundId} processors={processors} />
  ) : (
    <LivePage roundId={roundId} />
  );
}
