'use client';
/** One round, as it is for who looks: the candidate meets the call and their consent, everyone else what is measured. */
import { CandidatePage } from '../candidate/candidate-page';
import { LivePage } from '../live/live-page';
import { useSession } from '../session/session';

export function RoundPage({ roundId }: { roundId: string }) {
  const { viewer } = useSession();
  return viewer.role === 'CANDIDATE' ? <CandidatePage roundId={roundId} /> : <LivePage roundId={roundId} />;
}
