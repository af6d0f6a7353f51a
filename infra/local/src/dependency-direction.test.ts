import { describe, expect, it } from '@jest/globals';
import { CHECKOUT } from './checkout.js';
import { readWorkspaces, violations, type Workspace } from './dependency-direction.js';

const aWorkspace = (changes: Partial<Workspace>): Workspace => ({
  folder: 'subgraphs/rounds',
  name: 'rounds',
  dependencies: ['schema', 'runtime', 'subgraph-kit'],
  imports: {},
  ...changes,
});

describe('dependency direction', () => {
  it('lets a service stand on its kit', () => {
    const imports = { 'subgraphs/rounds/src/main.ts': ['@interview/subgraph-kit/server', './round.js', 'pg'] };
    expect(violations([aWorkspace({ imports })])).toEqual([]);
  });

  it('refuses that a service declares or imports another', () => {
    const imports = { 'subgraphs/rounds/src/main.ts': ['@interview/verdicts/verdict'] };
    expect(violations([aWorkspace({ dependencies: ['verdicts'], imports })])).toEqual([
      'subgraphs/rounds/package.json: must not depend on @interview/verdicts',
      'subgraphs/rounds/src/main.ts: must not import @interview/verdicts/verdict',
    ]);
  });

  it('refuses that the contract stands on a process', () => {
    const schema = aWorkspace({ folder: 'schema', name: 'schema', dependencies: ['runtime'] });
    expect(violations([schema])).toEqual(['schema/package.json: must not depend on @interview/runtime']);
  });

  it('can allow one folder of a workspace alone', () => {
    const imports = {
      'infra/e2e/src/rest.test.ts': ['@interview/gateway/testing/rest-client', '@interview/gateway/edges/rest/routes'],
    };
    const e2e = aWorkspace({ folder: 'infra/e2e', name: 'e2e', dependencies: ['gateway'], imports });
    expect(violations([e2e])).toEqual([
      'infra/e2e/src/rest.test.ts: must not import @interview/gateway/edges/rest/routes',
    ]);
  });

  it('refuses a path into another workspace', () => {
    const imports = { 'ml/nlp/src/main.ts': ['../../speech/src/vad.js', './testing/../answer.js'] };
    const nlp = aWorkspace({ folder: 'ml/nlp', name: 'nlp', dependencies: [], imports });
    expect(violations([nlp])).toEqual([
      'ml/nlp/src/main.ts: "../../speech/src/vad.js" leaves the workspace; import it by its name',
    ]);
  });

  it('refuses an import that package.json does not declare', () => {
    const imports = { 'subgraphs/rounds/src/main.ts': ['@interview/schema/enums'] };
    expect(violations([aWorkspace({ dependencies: [], imports })])).toEqual([
      'subgraphs/rounds/src/main.ts: @interview/schema is missing in subgraphs/rounds/package.json',
    ]);
  });

  it('knows a rule for every workspace of the checkout', () => {
    const unknown = violations(readWorkspaces(CHECKOUT)).filter((line) => line.includes('no rule'));
    expect(unknown).toEqual([]);
  });
});
