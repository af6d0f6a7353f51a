/** A peer connection that keeps to the signalling states of the real one, and time that passes when told to. */

export class ManualTime {
  private now = 0;
  private timers: { at: number; action: () => void }[] = [];

  readonly later = (milliseconds: number, action: () => void): (() => void) => {
    const timer = { at: this.now + milliseconds, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  pass(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = next.at;
      next.action();
    }
    this.now = until;
  }
}

interface Described {
  type: 'offer' | 'answer';
  sdp: string;
}

let made = 0;
const all = new Map<string, FakePeerConnection>();

/** Its descriptions name the connection that made them, so that a test sees who agreed with whom. */
export class FakePeerConnection extends EventTarget {
  readonly id: string;
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: Described | null = null;
  remoteDescription: Described | null = null;
  readonly remoteCandidates: (string | undefined)[] = [];
  rolledBack = 0;
  restarts = 0;
  /** The offer that both sides settled on. */
  agreement: string | undefined;
  agreedWith: FakePeerConnection | undefined;
  private offers = 0;
  private needed = false;

  constructor(name: string) {
    super();
    this.id = `${name}/${++made}`;
    all.set(this.id, this);
  }

  addTransceiver(): void {
    if (this.needed) return;
    this.needed = true;
    queueMicrotask(() => {
      if (this.signalingState === 'stable') this.dispatchEvent(new Event('negotiationneeded'));
    });
  }

  async setLocalDescription(): Promise<void> {
    this.mustBeOpen();
    if (this.signalingState === 'have-remote-offer') {
      this.localDescription = { type: 'answer', sdp: `${this.id} answers ${this.remoteDescription?.sdp}` };
      this.settle(this.remoteDescription?.sdp);
    } else {
      this.localDescription = { type: 'offer', sdp: `${this.id} offers ${++this.offers}` };
      this.signalingState = 'have-local-offer';
    }
    const candidate = { toJSON: () => ({ candidate: `candidate of ${this.id}` }) };
    if (this.offers <= 1) this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }

  async setRemoteDescription(description: Described): Promise<void> {
    this.mustBeOpen();
    if (description.type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new Error(`An answer in ${this.signalingState}.`);
      if (!description.sdp.endsWith(` answers ${this.localDescription?.sdp}`))
        throw new Error('Another offer’s answer.');
      this.remoteDescription = description;
      this.settle(this.localDescription?.sdp);
      return;
    }
    if (this.signalingState === 'have-local-offer') this.rolledBack++;
    this.remoteDescription = description;
    this.signalingState = 'have-remote-offer';
  }

  async addIceCandidate({ candidate }: RTCIceCandidateInit): Promise<void> {
    if (!this.remoteDescription) throw new Error('A candidate before the remote description.');
    if (!this.remoteCandidates.includes(candidate)) this.remoteCandidates.push(candidate);
  }

  restartIce(): void {
    this.restarts++;
  }

  becomes(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  close(): void {
    this.signalingState = 'closed';
  }

  private settle(offer: string | undefined): void {
    this.signalingState = 'stable';
    this.agreement = offer;
    this.agreedWith = all.get((this.remoteDescription?.sdp ?? '').split(' ')[0] ?? '');
  }

  private mustBeOpen(): void {
    if (this.signalingState === 'closed') throw new Error('The connection is closed.');
  }
}
