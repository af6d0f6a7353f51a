import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { graphOfTests } from '../testing/simulated-feeds.js';
import { CurrentGraph } from './current-graph.js';
import type { Graph } from './graph.js';

const LOG = createLog('test', 'silent');

describe('the current graph', () => {
  let told: string[];
  let first: Graph;
  let current: CurrentGraph;
  const named = (name: string): Graph => {
    const graph = graphOfTests();
    return { ...graph, hash: name, close: async () => void told.push(`${name} closed`) };
  };
  const part = (name: string) => (next: Graph) => {
    told.push(`${name} prepares for ${next.hash} beside ${current.graph.hash}`);
    return () => void told.push(`${name} is on ${current.graph.hash}`);
  };

  beforeEach(() => {
    told = [];
    first = named('first');
    current = new CurrentGraph(first, LOG);
  });
  afterEach(() => current.close());

  it('is another when all parts have prepared, who then change over in their order; the one before is closed', async () => {
    current.onChange(part('a'));
    current.onChange(async (next) => part('b')(next));
    await current.replace(named('second'));
    expect(told).toEqual([
      'a prepares for second beside first',
      'b prepares for second beside first',
      'a is on second',
      'b is on second',
      'first closed',
    ]);
  });

  it('stays when a part refuses the next, and nobody changes over', async () => {
    current.onChange(part('a'));
    current.onChange(() => {
      throw new Error('Not for me.');
    });
    await expect(current.replace(named('second'))).rejects.toThrow('Not for me.');
    expect(current.graph).toBe(first);
    expect(told).toEqual(['a prepares for second beside first', 'second closed']);
  });

  it('is replaced by one after the other', async () => {
    current.onChange(part('a'));
    await Promise.all([current.replace(named('second')), current.replace(named('third'))]);
    expect(told).toEqual([
      'a prepares for second beside first',
      'a is on second',
      'first closed',
      'a prepares for third beside second',
      'a is on third',
      'second closed',
    ]);
  });

  it('is followed by the others when a part fails to change over', async () => {
    current.onChange(() => () => {
      throw new Error('A fault.');
    });
    current.onChange(part('b'));
    await current.replace(named('second'));
    expect(told).toContain('b is on second');
  });
});
