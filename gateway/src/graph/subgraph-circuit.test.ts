import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SubgraphCircuit } from './subgraph-circuit.js';

describe('the circuit of a subgraph', () => {
  /** Whether the smallest question is answered at this moment. */
  let alive: boolean;
  let changes: boolean[];
  let circuit: SubgraphCircuit;

  beforeEach(() => {
    jest.useFakeTimers();
    alive = false;
    changes = [];
    circuit = new SubgraphCircuit({
      probe: (timeoutMs) =>
        alive ? Promise.resolve() : new Promise((_, reject) => setTimeout(() => reject(new Error('late')), timeoutMs)),
      changed: (open) => changes.push(open),
    });
  });
  afterEach(() => {
    circuit.stop();
    jest.useRealTimers();
  });
  const begin = (requests: number) => {
    for (let i = 0; i < requests; i++) circuit.began();
  };

  it('opens within a second when everything hangs, and closes when it is answered again', async () => {
    begin(3);
    await jest.advanceTimersByTimeAsync(900);
    expect(circuit.isOpen).toBe(true);
    await jest.advanceTimersByTimeAsync(5000);
    expect(changes).toEqual([true]);
    alive = true;
    await jest.advanceTimersByTimeAsync(1000);
    expect(circuit.isOpen).toBe(false);
    expect(changes).toEqual([true, false]);
  });

  it('stays closed for a few slow requests', async () => {
    begin(2);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(changes).toEqual([]);
  });

  it('stays closed while anything is answered', async () => {
    begin(10);
    for (let i = 0; i < 100; i++) {
      await jest.advanceTimersByTimeAsync(250);
      circuit.heard();
    }
    expect(changes).toEqual([]);
  });

  it('stays closed while the smallest question is answered: then the others are only slow', async () => {
    alive = true;
    begin(10);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(changes).toEqual([]);
  });

  it('stays closed when an answer comes while it is suspected', async () => {
    begin(3);
    await jest.advanceTimersByTimeAsync(600);
    circuit.heard();
    await jest.advanceTimersByTimeAsync(400);
    expect(circuit.isOpen).toBe(false);
  });

  it('looks at nothing when nothing waits, and again when something does', async () => {
    begin(3);
    for (let i = 0; i < 3; i++) circuit.ended();
    await jest.advanceTimersByTimeAsync(300);
    expect(jest.getTimerCount()).toBe(0);
    begin(3);
    await jest.advanceTimersByTimeAsync(900);
    expect(circuit.isOpen).toBe(true);
  });

  it('opens a second time after it has closed', async () => {
    begin(3);
    await jest.advanceTimersByTimeAsync(900);
    alive = true;
    await jest.advanceTimersByTimeAsync(1000);
    alive = false;
    begin(1);
    await jest.advanceTimersByTimeAsync(900);
    expect(changes).toEqual([true, false, true]);
  });
});
