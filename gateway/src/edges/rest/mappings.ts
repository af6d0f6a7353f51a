/** From the graph's rounds and verdicts to the guide's. */
import { notFound } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import { z } from 'zod';
import { Round, Verdict } from './answers.js';

/** A round as the documents of this interface ask for it. */
export const GraphRound = Round.omit({
  videosdk_meeting_id: true,
  videosdk_token: true,
  videosdk_token_expires_at: true,
  video_provider: true,
  candidate_consent_given: true,
  candidate_consent_timestamp: true,
}).extend({
  meeting: z
    .object({ provider: z.string(), id: z.string(), token: z.string(), expiresAt: z.iso.datetime() })
    .nullable(),
  consent: z.object({ given: z.boolean(), at: z.iso.datetime().nullable() }),
});

export const GraphVerdict = Verdict.omit({ round_id: true }).extend({ round: z.object({ id: z.guid() }) });

/** What there is of a round that the viewer sees. @throws AppError NOT_FOUND where there is no such round. */
export function ofRound<T>(round: T | null): T {
  if (!round) throw notFound('The round');
  return round;
}

export function toRound({ meeting, consent, ...round }: z.output<typeof GraphRound>): z.output<typeof Round> {
  return {
    ...round,
    videosdk_meeting_id: meeting?.id ?? null,
    videosdk_token: meeting?.token ?? null,
    videosdk_token_expires_at: meeting?.expiresAt ?? null,
    video_provider: meeting?.provider ?? null,
    candidate_consent_given: consent.given,
    candidate_consent_timestamp: consent.at,
  };
}

/** What the private notes hold is the graph's to decide; that there are such is staff's alone to see. */
export function toVerdict(
  { round, private_notes, ...verdict }: z.output<typeof GraphVerdict>,
  { role }: Pick<Viewer, 'role'>,
): z.output<typeof Verdict> {
  const staff = role === 'HR' || role === 'ADMIN';
  return { ...verdict, round_id: round.id, ...(staff ? { private_notes: private_notes ?? null } : {}) };
}
