/** Supergraphs of the test world, as its subgraphs might be composed before and after changes. */
import { composeServices } from '@apollo/composition';
import { parse, print } from 'graphql';
import { createInterviewWorld } from './interview-world.js';

interface Change {
  /** Texts of the subgraphs' schemas, and what stands in their place; each occurs. */
  replaced?: readonly (readonly [from: string, to: string])[];
  /** Subgraphs that have another name. */
  renamed?: Readonly<Record<string, string>>;
}

const INSIGHT_ID = '  id: ID!\n  round: Round';

const CHANGES = {
  asItIs: {},
  /** No feed of the tests is read differently. */
  grown: { replaced: [['type Alert {', 'type Alert {\n  place: String']] },
  /** The tests' feeds read a field that has another type. */
  retyped: { replaced: [[INSIGHT_ID, '  id: String!\n  round: Round']] },
  /** They read what is each viewer's own. */
  perViewer: { replaced: [[INSIGHT_ID, '  id: ID! @tag(name: "per-viewer")\n  round: Round']] },
  statusOptional: { replaced: [['  status: String!\n  consent', '  status: String\n  consent']] },
  /** What was asked of another subgraph for each event comes with it. */
  statusMoved: {
    replaced: [
      ['  status: String!\n  consent', '  consent'],
      ['  aggregate: String\n', '  aggregate: String\n  status: String!\n'],
    ],
  },
  /** Another subgraph has the feeds. */
  feedMoved: { renamed: { insights: 'verdicts' } },
  withoutMeasure: { replaced: [['  measure(unit: String): String!\n', '']] },
  measureNeedsUnit: { replaced: [['measure(unit: String)', 'measure(unit: String!)']] },
  /** The feeds of Socket.IO read an explanation. */
  withoutExplanation: { replaced: [['  explanation: String!\n', '']] },
  /** It says of a feed that it can be resumed, and the feed has no cursor. */
  withoutCursor: { replaced: [['  cursor: String!\n', '']] },
  /** There is no such subgraph. */
  elsewhere: { renamed: { resumes: 'nowhere' } },
} as const satisfies Record<string, Change>;

export type SupergraphName = keyof typeof CHANGES;

const composed = new Map<SupergraphName, string>();

export function supergraphOfTests(name: SupergraphName = 'asItIs'): string {
  const known = composed.get(name);
  if (known !== undefined) return known;
  const { rounds, resumes, insights } = createInterviewWorld();
  const { replaced = [], renamed = {} }: Change = CHANGES[name];
  const unused = new Set(replaced);
  const services = [rounds, resumes, insights].map((subgraph) => {
    const sdl = replaced.reduce((text, change) => {
      const [from, to] = change;
      if (text.includes(from)) unused.delete(change);
      return text.replace(from, to);
    }, print(subgraph.typeDefs));
    return { name: renamed[subgraph.name] ?? subgraph.name, typeDefs: parse(sdl), url: 'http://127.0.0.1' };
  });
  if (unused.size > 0) throw new Error(`The supergraph "${name}" changes what is not there.`);
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(String(errors));
  composed.set(name, supergraphSdl);
  return supergraphSdl;
}
