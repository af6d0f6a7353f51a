/**
 * Candidates that send media over Socket.IO. It speaks the protocol (Engine.IO 4, Socket.IO 5) by hand over `ws`, so
 * that the sender is not what bounds a measurement of the receiver.
 */
import WebSocket from 'ws';

export type MediaKind = 'audio' | 'frame';

/** What is sent as: the event, and the field that holds the media. */
const EVENTS = {
  audio: { event: 'audio-chunk', field: 'chunk' },
  frame: { event: 'video-frame', field: 'frame' },
} as const;

export interface MediaTarget {
  /** `ws://host:port`. */
  origin: string;
  roundId: string;
  token: string;
}

export interface MediaLoad {
  kind: MediaKind;
  media: Buffer;
  /** How many messages this candidate sends. */
  count: number;
  /** So many at most without an answer. */
  window: number;
}

export interface MediaSender {
  /** Resolves when each message was acknowledged with `{ok: true}`. */
  send(load: MediaLoad): Promise<void>;
  close(): void;
}

/** Each message of a candidate has a time of capture of its own: equal ones would count as sent again. */
let capturedAtMs = Date.now();

export async function connectSender({ origin, roundId, token }: MediaTarget): Promise<MediaSender> {
  const socket = new WebSocket(`${origin}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
  const connected = Promise.withResolvers<void>();
  let onAnswer: (text: string) => void = () => undefined;
  let onFailure: (error: Error) => void = connected.reject;
  socket.on('message', (data) => {
    const text = String(data);
    if (text.startsWith('43')) onAnswer(text);
    else if (text === '2') socket.send('3');
    else if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
    else if (text.startsWith('40')) connected.resolve();
    else onFailure(new Error(`The server said ${text}`));
  });
  socket.on('error', (error) => onFailure(error));
  socket.on('close', (code) => onFailure(new Error(`The connection was closed with ${code}.`)));
  await connected.promise;

  return {
    send({ kind, media, count, window }) {
      const { event, field } = EVENTS[kind];
      const done = Promise.withResolvers<void>();
      onFailure = done.reject;
      let sent = 0;
      let answered = 0;
      const sendOne = () => {
        capturedAtMs += 1;
        sent += 1;
        // A binary event with one attachment: its number, then the text, then the bytes.
        socket.send(
          `451-${sent}["${event}",{"roundId":"${roundId}","timestamp":${capturedAtMs},"${field}":{"_placeholder":true,"num":0}}]`,
        );
        socket.send(media);
      };
      onAnswer = (text) => {
        if (!text.endsWith('[{"ok":true}]')) return done.reject(new Error(`A message was refused: ${text}`));
        answered += 1;
        if (answered === count) done.resolve();
        else if (sent < count) sendOne();
      };
      while (sent < Math.min(window, count)) sendOne();
      return done.promise;
    },
    close() {
      onFailure = () => undefined;
      socket.close();
    },
  };
}
