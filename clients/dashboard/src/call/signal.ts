/**
 * What the two pages of a call say to each other, as docs/video.md writes it down. Signals come from another
 * person's browser, so each is read as if it could be anything.
 */

export interface Hello {
  kind: 'hello';
  session: string;
  /** Whose hello this answers; null: to whoever listens. */
  to: string | null;
}
export interface Description {
  kind: 'description';
  session: string;
  to: string;
  description: { type: 'offer' | 'answer'; sdp: string };
}
export interface Candidates {
  kind: 'candidates';
  session: string;
  to: string;
  candidates: RTCIceCandidateInit[];
}
export interface Bye {
  kind: 'bye';
  session: string;
  to: string;
}
export type Signal = Hello | Description | Candidates | Bye;

/** What negotiates a connection, once both have said hello. */
export type Step = Pick<Description, 'kind' | 'description'> | Pick<Candidates, 'kind' | 'candidates'>;

/** @returns undefined for what is no signal of this convention */
export function readSignal(payload: unknown): Signal | undefined {
  if (!isRecord(payload) || typeof payload['session'] !== 'string') return undefined;
  const { kind, session, to } = payload;
  if (kind === 'hello') return to === null || typeof to === 'string' ? { kind, session, to } : undefined;
  if (typeof to !== 'string') return undefined;
  if (kind === 'bye') return { kind, session, to };
  if (kind === 'description') {
    const description = readDescription(payload['description']);
    return description && { kind, session, to, description };
  }
  if (kind === 'candidates') {
    const list = payload['candidates'];
    if (!Array.isArray(list) || !list.every(isCandidate)) return undefined;
    return { kind, session, to, candidates: list };
  }
  return undefined;
}

function readDescription(value: unknown): Description['description'] | undefined {
  if (!isRecord(value)) return undefined;
  const { type, sdp } = value;
  if (type !== 'offer' && type !== 'answer') return undefined;
  return typeof sdp === 'string' ? { type, sdp } : undefined;
}

function isCandidate(value: unknown): value is RTCIceCandidateInit {
  if (!isRecord(value) || typeof value['candidate'] !== 'string') return false;
  const { sdpMid, sdpMLineIndex } = value;
  return isOptional(sdpMid, 'string') && isOptional(sdpMLineIndex, 'number');
}

function isOptional(value: unknown, type: 'string' | 'number'): boolean {
  return value === null || value === undefined || typeof value === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
