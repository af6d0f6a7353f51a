/** What a person is told of how a round's statements are being compared. */
import type { AnalyserState } from '@interview/schema/enums';
import type { ResumeState } from './resume-watch.js';

export interface RoundStatus {
  state: AnalyserState;
  detail: string;
}

const OF_RESUME: Record<Exclude<ResumeState, 'unknown'>, RoundStatus> = {
  read: { state: 'OK', detail: 'What is said is compared with the resume, by rules.' },
  none: { state: 'OK', detail: 'There is no resume to compare with what is said.' },
  reading: { state: 'OK', detail: 'The resume is being read; what is said is compared with it once it is.' },
  unreadable: { state: 'DEGRADED', detail: 'The resume could not be read: nothing is compared with it.' },
  away: { state: 'DEGRADED', detail: 'The resumes subgraph does not answer: what is said is compared once it does.' },
};

const AND_MODEL = ' A language model looks for what the rules do not find.';
const WITHOUT_MODEL = ' The language model does not answer: the rules stand alone.';
const unreadBy = (answers: number) => ` ${answers} of the answers it did not read: there the rules stand alone.`;

/** Null while nothing is known yet. `model` is absent where none is configured. */
export function statusOf(of: {
  resume: ResumeState;
  model: { answers: boolean; unread: number } | undefined;
}): RoundStatus | null {
  if (of.resume === 'unknown') return null;
  const status = OF_RESUME[of.resume];
  if (!of.model || of.resume !== 'read') return status;
  const { answers, unread } = of.model;
  if (!answers) return { state: 'DEGRADED', detail: status.detail + WITHOUT_MODEL };
  if (unread > 0) return { state: 'DEGRADED', detail: status.detail + AND_MODEL + unreadBy(unread) };
  return { ...status, detail: status.detail + AND_MODEL };
}
