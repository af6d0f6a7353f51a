import { describe, expect, it } from '@jest/globals';
import { compileWalk } from './entity-walk.js';

const data = {
  rounds: [{ resume: { id: 1 } }, null, { resume: null }, { resume: 'x' }, { resume: { id: 2 } }],
  grid: [[{ id: 3, __typename: 'A' }, null], null, [{ id: 4, __typename: 'B' }]],
  viewer: { id: 5 },
};

describe('the way to entities', () => {
  it.each<[(string | number)[], Record<string, number>, (string | number)[]]>([
    [['viewer'], { viewer: 5 }, ['viewer']],
    [['rounds', '@', 'resume'], { 'rounds.0.resume': 1, 'rounds.4.resume': 2 }, ['rounds']],
    [['grid', '@', '@'], { 'grid.0.0': 3, 'grid.2.0': 4 }, ['grid']],
    [['grid', '@', '@|[B,C]'], { 'grid.2.0': 4 }, ['grid']],
    [['viewer', '@'], {}, ['viewer']],
    [['rounds', 'resume'], {}, ['rounds', 'resume']],
    [['toString'], {}, ['toString']],
    [['__proto__'], {}, ['__proto__']],
  ])('%j passes what is not there and finds the rest, and where it stands', (path, expected, prefix) => {
    const walk = compileWalk(path);
    const entities = walk.entities(data);
    expect(entities.map((entity) => entity['id'])).toEqual(Object.values(expected));
    const places = walk.places(data);
    expect(entities.map((entity) => places.get(entity)?.join('.'))).toEqual(Object.keys(expected));
    expect(walk.prefix).toEqual(prefix);
  });
});
