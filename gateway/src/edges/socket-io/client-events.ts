/**
 * What a client may send. Each event is answered: `{ok: true}` to its acknowledgement once it is done, or an
 * `error` event and `{error}` to the acknowledgement.
 */
import { accessDenied, validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { RunOperation } from '../../graph/operations.js';
import { describeFailure, type ErrorBody } from '../http-errors.js';
import type { Admission } from './admission.js';
import { Backlog, OneByOne } from './bounded-work.js';
import type { ErrorEvent, InterviewSocket } from './interview-socket.js';
import type { MediaIntake } from './media-intake.js';
import { mediaWeight, readVisibility } from './media-message.js';
import type { RoundVisits } from './round-visits.js';

/** Messages other than media that one connection may have waiting. */
const MAX_WAITING = 100;
/** Media of one connection that is on its way to Redis: minutes of sound, or the largest frames of three seconds. */
const MAX_MEDIA_BYTES = 8 * 1024 * 1024;
/** An unknown event's name is repeated to its sender up to this length. */
const MAX_NAME = 60;

const REPORT_VISIBILITY = `mutation ReportTabVisibility($roundId: ID!, $visible: Boolean!, $timestamp: DateTime!) {
  reportTabVisibility(roundId: $roundId, visible: $visible, timestamp: $timestamp)
}`;

/** The answer to a message that came with an acknowledgement. */
export type Acknowledgement = { ok: true } | { error: ErrorBody };

export interface ClientEventsOptions {
  visits: RoundVisits;
  admission: Admission;
  intake: MediaIntake;
  runOperation: RunOperation;
  log: Logger;
}

type Take = (message: unknown) => Promise<void>;

export function answerClient(socket: InterviewSocket, options: ClientEventsOptions): void {
  const { visits, admission, intake, runOperation, log } = options;
  const inOrder = new OneByOne(MAX_WAITING);
  const media = new Backlog(MAX_MEDIA_BYTES);

  const reportVisibility: Take = async (message) => {
    const { viewer } = socket.data;
    const { roundId, visible, capturedAtMs } = readVisibility(message, Date.now());
    await intake.admitVisibility(viewer, roundId);
    const timestamp = new Date(capturedAtMs).toISOString();
    const { reportTabVisibility } = await runOperation(viewer, REPORT_VISIBILITY, { roundId, visible, timestamp });
    if (reportTabVisibility !== true) throw accessDenied('Nothing is analysed of this round.');
  };
  const join: Take = (message) => inOrder.run(() => visits.join(message));
  const leave: Take = (message) => inOrder.run(() => visits.leave(message));
  const takers: ReadonlyMap<unknown, Take> = new Map<unknown, Take>([
    ['join-interview', join],
    ['interview:join', join],
    ['leave-interview', leave],
    ['interview:leave', leave],
    ['audio-chunk', (sent) => media.run(mediaWeight(sent), () => intake.audioChunk(socket.data.viewer, sent))],
    ['video-frame', (sent) => media.run(mediaWeight(sent), () => intake.videoFrame(socket.data.viewer, sent))],
    ['tab-visibility', (message) => inOrder.run(() => reportVisibility(message))],
    ['renew-token', (message) => inOrder.run(() => admission.renew(socket, message))],
  ]);

  socket.onAny((event: unknown, ...args: unknown[]) => {
    const last = args.at(-1);
    // Socket.IO passes the client's callback as the last argument.
    const acknowledge = typeof last === 'function' ? (last as (answer: Acknowledgement) => void) : undefined;
    const message = last === args[0] && acknowledge ? undefined : args[0];
    const name = String(event).slice(0, MAX_NAME);
    const take = takers.get(event) ?? (() => Promise.reject(unknownEvent(name)));
    take(message).then(
      () => acknowledge?.({ ok: true }),
      (error: unknown) => {
        const { body } = describeFailure(error, log);
        const told: ErrorEvent = { ...body, event: name };
        socket.emit('error', told);
        acknowledge?.({ error: body });
      },
    );
  });
}

const unknownEvent = (name: string) =>
  validationFailed([{ path: 'event', message: `there is no event "${name}" that a client sends` }]);
