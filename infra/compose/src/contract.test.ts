import { describe, expect, it } from '@jest/globals';
import { compareWithContract } from './contract.js';

const contract = `
  enum Colour { RED GREEN }
  input Wish { name: String! size: Int = 3 }
  type Thing { id: ID! name: String colour: Colour! }
  type Query { thing(id: ID!, deep: Boolean = false): Thing things(wish: Wish): [Thing!] }`;

const differences = (api: string) => compareWithContract(api, contract).differences;

describe('the comparison with the contract', () => {
  it('finds nothing between equals, and lists what is not built yet', () => {
    expect(compareWithContract(contract, contract)).toEqual({ differences: [], missing: [] });
    const part = 'type Thing { id: ID! } type Query { thing(id: ID!, deep: Boolean = false): Thing }';
    expect(compareWithContract(part, contract)).toEqual({
      differences: [],
      missing: ['Thing.name', 'Thing.colour', 'Query.things', 'Colour', 'Wish'],
    });
  });

  it.each([
    ['another nullability', 'name: String ', 'name: String! ', 'Thing.name is String!, in the contract String.'],
    ['a name of its own', 'name: String c', 'name: String extra: Int c', 'Thing.extra is not in the contract.'],
    ['another enum', 'RED GREEN', 'RED', 'enum Colour is RED, in the contract RED GREEN.'],
    ['a missing argument', ', deep: Boolean = false', '', 'Query.thing lacks the argument deep.'],
    ['another argument type', 'id: ID!, deep', 'id: Int!, deep', 'Query.thing(id:) is Int!, in the contract ID!.'],
    ['another default', '= false', '= true', 'Query.thing(deep:) defaults to true, in the contract to false.'],
    ['another input default', '= 3', '= 4', 'Wish.size defaults to 4, in the contract to 3.'],
  ])('tells of %s', (_what, from, to, sentence) => {
    const api = contract.replace(from, to);
    expect(api).not.toBe(contract);
    expect(differences(api)).toEqual([sentence]);
  });
});
