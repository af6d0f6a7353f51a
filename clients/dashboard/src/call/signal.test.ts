import { describe, expect, test } from '@jest/globals';
import { readSignal } from './signal';

const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };

describe('a signal', () => {
  test.each([
    { kind: 'hello', session: 'S', to: null },
    { kind: 'hello', session: 'S', to: 'T' },
    { kind: 'description', session: 'S', to: 'T', description: { type: 'offer', sdp: 'v=0' } },
    { kind: 'candidates', session: 'S', to: 'T', candidates: [candidate, { candidate: '' }] },
    { kind: 'bye', session: 'S', to: 'T' },
  ])('of the convention is read: $kind', (signal) => {
    expect(readSignal({ ...signal, unknown: true })).toEqual(signal);
  });

  test.each([
    ['nothing', null],
    ['a text', 'hello'],
    ['a list', [{ kind: 'hello', session: 'S', to: null }]],
    ['another kind', { kind: 'mute', session: 'S', to: 'T' }],
    ['no session', { kind: 'hello', to: null }],
    ['a bye to nobody', { kind: 'bye', session: 'S', to: null }],
    ['a description without sdp', { kind: 'description', session: 'S', to: 'T', description: { type: 'offer' } }],
    ['another type', { kind: 'description', session: 'S', to: 'T', description: { type: 'rollback', sdp: '' } }],
    ['a candidate that is none', { kind: 'candidates', session: 'S', to: 'T', candidates: [candidate, 'x'] }],
    [
      'a wrong index',
      { kind: 'candidates', session: 'S', to: 'T', candidates: [{ ...candidate, sdpMLineIndex: '0' }] },
    ],
  ])('is not %s', (_, payload) => {
    expect(readSignal(payload)).toBeUndefined();
  });
});
