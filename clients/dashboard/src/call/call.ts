/**
 * A call between the two people of a round: who is there (hello, bye), and a connection for each pair of sessions.
 * Knows neither React nor the graph. docs/video.md describes what is said.
 *
 * A feed does not tell when it is open, so an answer to a first hello may be lost. Whoever is not answered says
 * hello again under a new session, which makes the other side begin anew too.
 */
import { type Later, Negotiation, type PeerConnection } from './negotiation';
import type { Hello, Signal, Step } from './signal';

export interface CallState {
  /** `waiting`: the other one is not there. */
  phase: 'waiting' | 'connecting' | 'connected';
  remote: MediaStream | undefined;
}

export interface CallParts {
  /** The candidate's side is polite, the interviewer's is not. */
  polite: boolean;
  /** What is sent; undefined where this person shows and says nothing. */
  local: MediaStream | undefined;
  /** Passes signals on in the order in which they come. */
  send: (signal: Signal) => void;
  connect: () => PeerConnection;
  newSession: () => string;
  later: Later;
  onChange: (state: CallState) => void;
}

/** Pauses between hellos that nobody answers; then the other one's own hello begins the call. */
const HELLO_PAUSES_MS = [1000, 2000, 4000, 8000];
/** A greeted pair that is not connected by then begins anew. */
const CONNECT_LIMIT_MS = 20_000;

export class Call {
  private session: string;
  private peer: string | undefined;
  private negotiation: Negotiation | undefined;
  private forgetTimer: (() => void) | undefined;
  private state: CallState = { phase: 'waiting', remote: undefined };
  private over = false;

  constructor(private readonly parts: CallParts) {
    this.session = parts.newSession();
  }

  /** Says hello; also whenever the feed of signals was lost and is open again. */
  greet(): void {
    if (this.state.phase === 'connected') this.parts.send({ kind: 'hello', session: this.session, to: null });
    else this.beginAnew();
  }

  async receive(signal: Signal): Promise<void> {
    if (this.over || signal.session === this.session) return;
    if (signal.kind === 'hello') this.hear(signal);
    else if (signal.to !== this.session || signal.session !== this.peer) return;
    else if (signal.kind === 'bye') this.reset();
    else await this.negotiation?.receive(signal);
  }

  /** Says bye, and nothing more. */
  leave(): void {
    if (this.over) return;
    if (this.peer !== undefined) this.parts.send({ kind: 'bye', session: this.session, to: this.peer });
    this.over = true;
    this.reset();
  }

  private hear({ session, to }: Hello): void {
    if (to !== null && to !== this.session) return;
    const known = session === this.peer;
    if (!known && this.peer !== undefined) this.reset();
    if (to === null) this.parts.send({ kind: 'hello', session: this.session, to: session });
    if (!known) this.connectWith(session);
  }

  private connectWith(peer: string): void {
    this.peer = peer;
    this.setTimer(CONNECT_LIMIT_MS, () => this.beginAnew());
    this.change({ phase: 'connecting', remote: undefined });
    const { session } = this;
    const connection = this.parts.connect();
    const current = () => !this.over && this.session === session;
    this.negotiation = new Negotiation({
      connection,
      polite: this.parts.polite,
      later: this.parts.later,
      send: (step: Step) => {
        if (current()) this.parts.send({ ...step, session, to: peer });
      },
      onFailure: () => {
        if (current()) this.beginAnew();
      },
    });
    connection.addEventListener('track', ({ streams, track }) => {
      if (current()) this.change({ remote: streams[0] ?? new MediaStream([track]) });
    });
    connection.addEventListener('connectionstatechange', () => {
      if (current()) this.connectionIs(connection.connectionState);
    });
    this.offerMedia(connection);
  }

  /** Both kinds are always negotiated, so that who has no camera still sees the other. */
  private offerMedia(connection: PeerConnection): void {
    const { local } = this.parts;
    const tracks = local?.getTracks() ?? [];
    for (const track of tracks) if (local) connection.addTrack(track, local);
    for (const kind of ['audio', 'video']) {
      if (!tracks.some((track) => track.kind === kind)) connection.addTransceiver(kind, { direction: 'recvonly' });
    }
  }

  private connectionIs(connection: RTCPeerConnectionState): void {
    if (connection === 'connected') {
      this.forgetTimer?.();
      this.change({ phase: 'connected' });
    } else if (connection === 'disconnected' || connection === 'failed') {
      this.setTimer(CONNECT_LIMIT_MS, () => this.beginAnew());
      this.change({ phase: 'connecting' });
    }
  }

  private beginAnew(attempt = 0): void {
    this.reset();
    this.parts.send({ kind: 'hello', session: this.session, to: null });
    const pause = HELLO_PAUSES_MS[attempt];
    if (pause !== undefined) this.setTimer(pause, () => this.beginAnew(attempt + 1));
  }

  /** Ends the connection there was; another session begins. */
  private reset(): void {
    this.forgetTimer?.();
    this.negotiation?.close();
    this.negotiation = undefined;
    this.peer = undefined;
    this.session = this.parts.newSession();
    this.change({ phase: 'waiting', remote: undefined });
  }

  private setTimer(milliseconds: number, action: () => void): void {
    this.forgetTimer?.();
    this.forgetTimer = this.parts.later(milliseconds, action);
  }

  private change(part: Partial<CallState>): void {
    this.state = { ...this.state, ...part };
    this.parts.onChange(this.state);
  }
}
