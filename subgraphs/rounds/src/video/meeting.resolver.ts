/** `Round.meeting`: the way into the round's room, for this viewer. */
import type { Logger } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import type { InterviewMode } from '@interview/schema/enums';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { type Relation, relationTo } from '@interview/subgraph-kit/round-access';
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { Round } from '../round.entity.js';
import { hasEnded } from '../round.lifecycle.js';
import { unavailable } from './round-rooms.js';
import type { VideoProviders } from './video-providers.js';
import type { Entry } from './video-rooms.js';

@ObjectType()
export class Meeting {
  @Field({ description: 'videosdk or p2p: see VIDEO_PROVIDER.' })
  provider!: string;
  @Field({ description: "The provider's room id." })
  id!: string;
  @Directive('@tag(name: "per-viewer")')
  @Field({ description: 'Short-lived, minted for this viewer and this room at each request, never stored.' })
  token!: string;
  @Field(() => DateTime)
  expiresAt!: Date;
}

/**
 * How a viewer comes in. A candidate waits to be let in, save where nobody is there who could.
 * Null: may not enter.
 */
export function entryOf(relation: Relation, mode: InterviewMode): Entry | null {
  if (relation === 'INTERVIEWER') return 'MODERATES';
  if (relation === 'STAFF') return 'ENTERS';
  if (relation === 'CANDIDATE') return mode === 'AI_CONDUCTED' ? 'ENTERS' : 'ASKS';
  return null;
}

/** The viewer's way into a round's room; null for who may not enter, and once the round has ended. */
export type MeetingOf = (round: Round, viewer: Viewer) => Promise<Meeting | null>;

export function createMeetings(providers: VideoProviders, log: Logger): MeetingOf {
  return async (round, viewer) => {
    const entry = entryOf(relationTo(viewer, round.access()), round.interviewMode);
    if (!entry || hasEnded(round.status)) return null;
    const { id: roundId, videoProvider: provider, videosdkMeetingId: roomId } = round;
    try {
      const pass = await providers.of(provider).meetingFor({ roundId, roomId, person: { id: viewer.id, entry } });
      return { provider, id: roomId, ...pass };
    } catch (error) {
      throw unavailable(error, log, "The round's video room cannot be entered at the moment.");
    }
  };
}

export function meetingResolver(meetingOf: MeetingOf) {
  @Resolver(() => Round)
  class MeetingResolver {
    @Directive('@tag(name: "per-viewer")')
    @FieldResolver(() => Meeting, {
      nullable: true,
      description: 'The video room. Null for a viewer who may not enter it, and once the round has ended.',
    })
    meeting(@Root() round: Round, @Ctx() { viewer }: SubgraphContext): Promise<Meeting | null> {
      return meetingOf(round, viewer);
    }
  }
  return MeetingResolver;
}
