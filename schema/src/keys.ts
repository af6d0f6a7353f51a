/**
 * Every Redis key and channel of the product, in one place. Braces are hash tags: in a cluster all keys of
 * a round fall into one slot.
 */
import type { AnalyserService } from './enums.js';

export const keys = {
  /** Stream of `AudioEntry`. */
  audio: (roundId: string) => `stream:audio:{${roundId}}`,
  /** Stream of `VideoEntry`. */
  video: (roundId: string) => `stream:video:{${roundId}}`,
  /** Sorted set of what the gateway appended last to the two streams above: a message sent again is known by it. */
  mediaSeen: (roundId: string) => `media:seen:{${roundId}}`,
  /** Stream of `TabEntry`. */
  tab: (roundId: string) => `stream:tab:{${roundId}}`,
  /** Stream of `FaceObservation`: what `video` saw in each frame, read by `fraud`. */
  faces: (roundId: string) => `stream:faces:{${roundId}}`,
  /** Stream of `VoiceObservation`: what `speech` heard of the candidate's side, read by `fraud`. */
  voices: (roundId: string) => `stream:voices:{${roundId}}`,
  /** The durable stream of `Result`: everything the ML services found, read by the insights subgraph. */
  results: 'stream:results',
  /** What could not be stored after five deliveries, with the reason. */
  deadResults: 'stream:results:dead',
  /** String, JSON of `RoundState`: what the gateway and the workers know of a round. */
  round: (roundId: string) => `round:{${roundId}}`,
  /** Set of the ids of the rounds that are analysed at this moment. */
  analysedRounds: 'rounds:analysed',
  /**
   * Set of the rounds that a service has not finished. The rounds subgraph adds a round when it begins to be
   * analysed, the service removes it at its end: so it finds what ended while its workers were down. Adding an
   * ended round makes a worker take it and finish it once more.
   */
  unfinishedRounds: (service: AnalyserService) => `rounds:unfinished:${service}`,
  /** What could not be analysed after five attempts, with the reason and without the media. */
  deadEntries: (service: AnalyserService) => `stream:dead:${service}`,
  /** Which worker holds a round: expires unless renewed. */
  lease: (service: AnalyserService, roundId: string) => `lease:${service}:{${roundId}}`,
  /** Hash: who took a round and has not left it, what it has in hand, and who vanished before it. */
  holders: (service: AnalyserService, roundId: string) => `holders:${service}:{${roundId}}`,
  /** JSON of a worker's state after the entry whose id it holds. */
  checkpoint: (service: AnalyserService, roundId: string) => `checkpoint:${service}:{${roundId}}`,
  /** Sorted set of who is in a round over Socket.IO, each connection by when it expires unless renewed. */
  presence: (roundId: string) => `{presence}:${roundId}`,
  /** Sorted set of the rounds that somebody is in, by when the first entry of `presence` expires. */
  presenceDue: '{presence}:due',
  /** Stream by which the gateway's replicas reach each other's Socket.IO connections. */
  broadcasts: 'stream:socket-io',
  /** List of the times (microseconds) at which somebody took a place of a limit; expires with the limit's window. */
  rateLimit: (limit: string, subject: string) => `limit:${limit}:{${subject}}`,
  /** Number of signals that a person of a round sent in one second of the epoch; expires with it. */
  signalRate: (roundId: string, person: 'CANDIDATE' | 'INTERVIEWER', second: number) =>
    `signals:sent:{${roundId}}:${person}:${second}`,
} as const;

export const channels = {
  /** Each `Result` as it is appended to the durable stream. */
  insights: (service: AnalyserService) => `insights:${service}`,
  /** A `RoundState`, after it has been written to `keys.round`. */
  roundChanged: 'rounds:changed',
  /** A `FeedMessage`: what the insights subgraph has just stored for a round. */
  feed: (roundId: string) => `feed:${roundId}`,
  /** Any message: an erasure was ordered, or a part of one was done. */
  erasures: 'erasures:changed',
  /** Any message: the round's verdict was submitted. */
  verdict: (roundId: string) => `verdict:${roundId}`,
  /** A `SignalMessage`; whoever does not listen at that moment never has it. */
  signal: (roundId: string) => `signal:${roundId}`,
} as const;
