/**
 * The port to whoever carries the call between the people of a round. Two adapters keep its promises, checked
 * by one suite (`video-rooms.test.ts`): `videosdk` asks VideoSDK's servers, `p2p` needs nobody.
 *
 * A round knows its room's provider and id. Nothing else about a room is ever stored, tokens least of all.
 */
export const VIDEO_PROVIDERS = ['p2p', 'videosdk'] as const;
export type VideoProvider = (typeof VIDEO_PROVIDERS)[number];

/**
 * How somebody comes into the room: ENTERS at once, ASKS and waits until one who moderates lets them in, or
 * MODERATES: enters at once, lets others in and may remove them.
 */
export type Entry = 'ENTERS' | 'ASKS' | 'MODERATES';

export interface MeetingRequest {
  roundId: string;
  roomId: string;
  /** `id` is the token's `sub`. */
  person: { id: string; entry: Entry };
}

export interface MeetingPass {
  /** Opens this room for this person and nothing else. */
  token: string;
  expiresAt: Date;
}

export interface VideoRooms {
  readonly provider: VideoProvider;
  /**
   * Makes the round's room and answers the provider's id of it, at most 255 characters. Asked again for the same
   * round, also by another process at the same moment, it answers the same room and makes no second one.
   * Answers or fails within 8 s.
   * @throws VideoProviderError when there is no room, or none is known: it may then have been made all the same.
   */
  create(roundId: string): Promise<string>;
  /**
   * The id of the round's room, null when there is none: for a room whose `create` never answered.
   * @throws VideoProviderError when that could not be found out.
   */
  find(roundId: string): Promise<string | null>;
  /** Mints a token for one person, good for 15 minutes from now. Makes no call and stores nothing. */
  meetingFor(request: MeetingRequest): Promise<MeetingPass>;
  /**
   * Closes the room for good: nobody can enter any more, whatever token they hold. A room that is closed already,
   * or that the provider does not know, is closed. Answers or fails within 8 s.
   * @throws VideoProviderError when the provider did not agree: ask again later.
   */
  close(roomId: string): Promise<void>;
}

/** For how long a token opens a room. */
export const PASS_SECONDS = 15 * 60;

/** What went wrong at the provider, in words for an operator: never a token, a key or an answer's content. */
export class VideoProviderError extends Error {
  override readonly name = 'VideoProviderError';
  constructor(
    readonly provider: VideoProvider,
    what: string,
    options?: ErrorOptions,
  ) {
    super(`${provider}: ${what}`, options);
  }
}
