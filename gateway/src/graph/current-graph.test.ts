import { createLog } from '@interview/runtime/log';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { graphOfTests } from '../testing/simulated-feeds.js';
import { CurrentGraph } from './current-graph.js';
import type { Graph } from './graph.js';

const LOG = createLog('test', 'silent');

describe('the current graph', () => {
  let told: string[];
  let first: Graph;
  let current: CurrentGraph;
  const named = (name: string): Graph => ({ ...graphOfTests(), hash: name });
  const part = (name: string) => (next: Graph) => {
    told.push(`${name} prepares for ${next.hash} beside ${current.graph.hash}`);
    return () => void told.push(`${name} is on ${current.graph.hash}`);
  };

  beforeEach(() => {
    told = [];
    first = named('first');
    current = new CurrentGraph(first, LOG);
  });

  it('is another when all parts have prepared, who then change over in their order', async () => {
    current.onChange(part('a'));
    current.onChange(async (next) => part('b')(next));
    await current.replace(named('second'));
    expect(told).toEqual([
      'a prepares for second beside first',
      'b prepares for second beside first',
      'a is on second',
      'b is on second',
    ]);
  });

  it('stays when a part refuses the next, and nobody changes over', async () => {
    current.onChange(part('a'));
    current.onChange(() => {
      throw new Error('Not for me.');
    });
    await expect(current.replace(named('second'))).rejects.toThrow('Not for me.');
    expect(current.graph).toBe(first);
    expect(told).toEqual(['a prepares for second beside first']);
  });

  it('is replaced by one after the other', async () => {
    current.onChange(part('a'));
    await Promise.all([current.replace(named('second')), current.replace(named('third'))]);
    expect(told).toEqual([
      'a prepares for second beside first',
      'a is on second',
      'a prepares for third beside second',
      'a is on third',
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
