/**
 * Perfect negotiation of one peer connection: both sides may offer at any time, and where two offers cross, the
 * polite side takes its own back. Steps are received one at a time, in the order in which they were sent.
 */
import type { Step } from './signal';

/** What is used of an RTCPeerConnection. */
export type PeerConnection = Pick<
  RTCPeerConnection,
  | 'signalingState'
  | 'localDescription'
  | 'remoteDescription'
  | 'connectionState'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'addIceCandidate'
  | 'addTrack'
  | 'addTransceiver'
  | 'restartIce'
  | 'close'
  | 'addEventListener'
>;

/** Runs an action after so many milliseconds; what comes back forgets it. */
export type Later = (milliseconds: number, action: () => void) => () => void;

export interface NegotiationParts {
  connection: PeerConnection;
  polite: boolean;
  send: (step: Step) => void;
  later: Later;
  /** The browser refused a step; the connection is of no further use. */
  onFailure: (error: Error) => void;
}

/** Candidates found within this time travel together: each signal counts against the sender's rate. */
const CANDIDATES_TOGETHER_MS = 100;

export class Negotiation {
  private makingOffer = false;
  private ignoringOffer = false;
  private readonly found: RTCIceCandidateInit[] = [];
  private readonly early: RTCIceCandidateInit[] = [];
  private forgetBatch: (() => void) | undefined;

  constructor(private readonly parts: NegotiationParts) {
    const { connection } = parts;
    connection.addEventListener('negotiationneeded', () => this.attempt(() => this.offer()));
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) this.tellSoon(candidate.toJSON());
    });
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'failed') connection.restartIce();
    });
  }

  /** Takes what the other side sent. */
  async receive(step: Step): Promise<void> {
    await this.attempt(() =>
      step.kind === 'description' ? this.describe(step.description) : this.addCandidates(step.candidates),
    );
  }

  close(): void {
    this.forgetBatch?.();
    this.parts.connection.close();
  }

  private async offer(): Promise<void> {
    try {
      this.makingOffer = true;
      await this.parts.connection.setLocalDescription();
      this.tellDescription();
    } finally {
      this.makingOffer = false;
    }
  }

  private async describe(description: { type: 'offer' | 'answer'; sdp: string }): Promise<void> {
    const { connection, polite } = this.parts;
    const crossing = description.type === 'offer' && (this.makingOffer || connection.signalingState !== 'stable');
    this.ignoringOffer = crossing && !polite;
    if (this.ignoringOffer) return;
    await connection.setRemoteDescription(description); // an offer of our own that crosses is rolled back by this
    for (const candidate of this.early.splice(0)) await connection.addIceCandidate(candidate);
    if (description.type === 'offer') {
      await connection.setLocalDescription();
      this.tellDescription();
    }
  }

  private async addCandidates(candidates: readonly RTCIceCandidateInit[]): Promise<void> {
    if (this.ignoringOffer) return; // they belong to the offer that was ignored
    const { connection } = this.parts;
    if (!connection.remoteDescription) {
      this.early.push(...candidates);
      return;
    }
    for (const candidate of candidates) await connection.addIceCandidate(candidate);
  }

  private tellDescription(): void {
    const { localDescription } = this.parts.connection;
    if (!localDescription) return;
    const { type, sdp } = localDescription;
    if (type === 'offer' || type === 'answer') this.parts.send({ kind: 'description', description: { type, sdp } });
  }

  private tellSoon(candidate: RTCIceCandidateInit): void {
    this.found.push(candidate);
    this.forgetBatch ??= this.parts.later(CANDIDATES_TOGETHER_MS, () => {
      this.forgetBatch = undefined;
      this.parts.send({ kind: 'candidates', candidates: this.found.splice(0) });
    });
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (this.parts.connection.signalingState === 'closed') return; // left in the middle of a step
      this.parts.onFailure(error as Error); // a DOMException of the connection
    }
  }
}
