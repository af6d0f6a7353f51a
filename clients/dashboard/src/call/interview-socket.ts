/**
 * The page's Socket.IO connection: being in the round, and the copy of sound and picture that is analysed. The round
 * counts as left when this connection is gone for longer than the gateway's time of grace.
 */
import { io } from 'socket.io-client';
import type { Frame } from './picture-capture';
import type { SoundChunk } from './sound-capture';

export interface SocketState {
  /** In the round, as far as the gateway knows. */
  joined: boolean;
  /** Why not, or why what was sent last was not taken. */
  problem: string | undefined;
  /** When the gateway last took a piece of the copy. */
  lastTakenAt: number | undefined;
}

export interface InterviewSocket {
  sendSound(chunk: SoundChunk): void;
  sendPicture(frame: Frame): void;
  tellVisibility(visible: boolean): void;
  /** Leaves the round and closes. */
  leave(): void;
}

/** A piece that is not answered by then counts as lost. */
const ANSWER_LIMIT_MS = 10_000;
/** So many pieces may be on their way: some seconds of sound and picture. More are dropped rather than kept. */
const MOST_UNANSWERED = 40;

interface Refusal {
  error: { code: string; message: string };
}

export function openInterviewSocket(
  gateway: string,
  token: string,
  roundId: string,
  onState: (state: SocketState) => void,
): InterviewSocket {
  const socket = io(gateway, { auth: { token }, transports: ['websocket'], forceNew: true });
  let state: SocketState = { joined: false, problem: undefined, lastTakenAt: undefined };
  let unanswered = 0;
  const change = (part: Partial<SocketState>) => {
    state = { ...state, ...part };
    onState(state);
  };

  // In `connect`, since a connection that was made again is in no round.
  socket.on('connect', () => {
    socket.timeout(ANSWER_LIMIT_MS).emit('join-interview', { roundId }, (lost: Error | null, answer: unknown) => {
      const refusal = lost ? 'The gateway does not answer.' : refusalIn(answer);
      change({ joined: refusal === undefined, problem: refusal });
    });
  });
  socket.on('connect_error', (error) => change({ joined: false, problem: error.message }));
  socket.on('disconnect', (reason) => {
    const ended = reason === 'io server disconnect';
    change({ joined: false, problem: ended ? 'Your token has ended: log in again.' : undefined });
  });

  const sendPiece = (event: string, piece: object) => {
    if (!state.joined || !socket.connected || unanswered >= MOST_UNANSWERED) return;
    unanswered++;
    socket.timeout(ANSWER_LIMIT_MS).emit(event, { roundId, ...piece }, (lost: Error | null, answer: unknown) => {
      unanswered--;
      if (lost) return;
      const refusal = refusalIn(answer);
      change(refusal === undefined ? { problem: undefined, lastTakenAt: Date.now() } : { problem: refusal });
    });
  };

  return {
    sendSound: (chunk) => sendPiece('audio-chunk', chunk),
    sendPicture: (frame) => sendPiece('video-frame', frame),
    tellVisibility: (visible) => {
      if (state.joined) socket.emit('tab-visibility', { roundId, visible, timestamp: Date.now() });
    },
    leave: () => {
      socket.off();
      if (!socket.connected) {
        socket.close();
        return;
      }
      socket.timeout(ANSWER_LIMIT_MS).emit('leave-interview', { roundId }, () => socket.close());
    },
  };
}

/** The sentence of a refusal, or undefined for an answer that is none. */
function refusalIn(answer: unknown): string | undefined {
  const isRefusal = typeof answer === 'object' && answer !== null && 'error' in answer;
  return isRefusal ? (answer as Refusal).error.message : undefined; // docs/socket-io.md
}
