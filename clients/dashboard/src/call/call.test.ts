/** Two calls against each other over connections that keep to the browser's signalling states. */
import { describe, expect, test } from '@jest/globals';
import { Call, type CallState } from './call';
import type { PeerConnection } from './negotiation';
import type { Signal } from './signal';
import { FakePeerConnection, ManualTime } from './testing';

/** A line that holds signals until the test passes them on. */
class Side {
  readonly connections: FakePeerConnection[] = [];
  readonly outbox: Signal[] = [];
  readonly time = new ManualTime();
  state: CallState = { phase: 'waiting', remote: undefined };
  readonly call: Call;

  constructor(name: string, polite: boolean) {
    let sessions = 0;
    this.call = new Call({
      polite,
      local: undefined,
      send: (signal) => this.outbox.push(signal),
      connect: () => {
        const connection = new FakePeerConnection(name);
        this.connections.push(connection);
        return connection as unknown as PeerConnection; // what the call uses of one
      },
      newSession: () => `${name}${++sessions}`,
      later: this.time.later,
      onChange: (state) => {
        this.state = state;
      },
    });
  }

  get connection(): FakePeerConnection | undefined {
    return this.connections.at(-1);
  }
}

const candidate = () => new Side('C', true);
const interviewer = () => new Side('I', false);

/** Passes on what either side says, until both are silent. */
async function talk(a: Side, b: Side): Promise<void> {
  for (;;) {
    await Promise.resolve();
    a.time.pass(100); // candidates travel together
    b.time.pass(100);
    const [fromA, fromB] = [a.outbox.splice(0), b.outbox.splice(0)];
    if (fromA.length + fromB.length === 0) return;
    for (const signal of fromA) await b.call.receive(structuredClone(signal));
    for (const signal of fromB) await a.call.receive(structuredClone(signal));
  }
}

function areConnected(a: Side, b: Side): void {
  expect([a.connection?.signalingState, b.connection?.signalingState]).toEqual(['stable', 'stable']);
  expect(a.connection?.agreedWith).toBe(b.connection);
  expect(a.connection?.agreement).toBe(b.connection?.agreement);
  expect(a.connection?.remoteCandidates).toEqual([`candidate of ${b.connection?.id}`]);
  expect(b.connection?.remoteCandidates).toEqual([`candidate of ${a.connection?.id}`]);
}

describe('a call', () => {
  test('begins when the second one says hello; the first hello reached nobody', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    expect(c.outbox.splice(0)).toEqual([{ kind: 'hello', session: 'C2', to: null }]);
    i.call.greet();
    await talk(c, i);
    areConnected(c, i);
    expect(c.connection?.rolledBack).toBe(1);
    expect(i.connection?.rolledBack).toBe(0);
  });

  test('begins when both say hello at once', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    areConnected(c, i);
  });

  test('begins anew with who loads their page again', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    const before = i.connection;
    const reloaded = new Side('D', true);
    reloaded.call.greet();
    await talk(reloaded, i);
    areConnected(reloaded, i);
    expect(before?.signalingState).toBe('closed');
  });

  test('says hello under a new session where the answer was lost, and ends what the other had begun', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    for (const signal of c.outbox.splice(0)) await i.call.receive(signal);
    await Promise.resolve();
    i.outbox.splice(0); // the candidate's feed was not open yet
    const begun = i.connection;
    c.time.pass(1000);
    await talk(c, i);
    areConnected(c, i);
    expect(begun?.signalingState).toBe('closed');
  });

  test('stops saying hello to nobody after a while', () => {
    const c = candidate();
    c.call.greet();
    c.time.pass(60_000);
    expect(c.outbox).toHaveLength(5);
    c.time.pass(60_000);
    expect(c.outbox).toHaveLength(5);
  });

  test('begins anew where the greeted pair does not connect in time', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    c.time.pass(20_000);
    expect(c.outbox.map(({ kind }) => kind)).toEqual(['hello']);
    await talk(c, i);
    areConnected(c, i);
    expect(c.connections).toHaveLength(2);
  });

  test('stays as it is when the feed of signals is lost while both are connected', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    c.connection?.becomes('connected');
    i.connection?.becomes('connected');
    c.call.greet();
    await talk(c, i);
    expect(c.state.phase).toBe('connected');
    expect([c.connections.length, i.connections.length]).toEqual([1, 1]);
  });

  test('drops what belongs to a connection of before', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    const offer = { type: 'offer', sdp: 'late' } as const;
    await i.call.receive({ kind: 'description', session: 'C-old', to: 'I2', description: offer });
    await i.call.receive({ kind: 'description', session: 'C2', to: 'I-old', description: offer });
    areConnected(c, i);
  });

  test('ends for the other with a bye', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    c.call.leave();
    await talk(c, i);
    expect(i.state).toEqual({ phase: 'waiting', remote: undefined });
    expect(i.connection?.signalingState).toBe('closed');
  });

  test('restarts a way that failed', async () => {
    const [c, i] = [candidate(), interviewer()];
    c.call.greet();
    i.call.greet();
    await talk(c, i);
    i.connection?.becomes('failed');
    expect(i.connection?.restarts).toBe(1);
  });
});
