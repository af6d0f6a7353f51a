/** The names of a resume's skills and employers as people say them, to be found among the words of a statement. */
import type { ResumeFacts } from '@interview/schema/messages';

export interface SpokenName {
  kind: 'skill' | 'employer';
  name: string;
  /** The words that stand for it. */
  words: readonly string[];
  /** Less than the whole name: with another company's end behind it ("Acme Bank" for Acme Logistics) it is another. */
  short: boolean;
  /** It is also a common word: it counts only where a skill may stand. */
  ambiguous: boolean;
}

/** Ways of saying that no rule below makes from the written name. */
const SPOKEN: Record<string, string> = {
  'C++': 'c plus plus|cpp|c++',
  'C#': 'c sharp|c#',
  'F#': 'f sharp',
  SQL: 'sql|sequel|s q l',
  MySQL: 'my sequel|mysql',
  PostgreSQL: 'postgres|postgre|postgres sql|postgresql',
  Kubernetes: 'kubernetes|k8s|k eight s',
  'Node.js': 'node|node js|node.js|nodejs',
  'Vue.js': 'vue|view js|vue js|vue.js',
  'Next.js': 'next js|next.js|nextjs',
  'Express.js': 'express js|express.js',
  '.NET': 'dot net|net core',
  AWS: 'aws|a w s|amazon web services',
  'Google Cloud': 'google cloud|gcp|g c p',
  'CI/CD': 'ci cd|c i c d|continuous integration',
  JavaScript: 'javascript|java script|js',
  TypeScript: 'typescript|type script',
  GraphQL: 'graphql|graph ql|graph q l',
  'Microsoft SQL Server': 'sql server|ms sql',
  'Ruby on Rails': 'ruby on rails|rails',
  'scikit-learn': 'scikit learn|sklearn',
  'Natural language processing': 'natural language processing|nlp|n l p',
  'Machine learning': 'machine learning',
  Recruiting: 'recruiting|recruitment|talent acquisition',
  'Inventory management': 'inventory management|stock control|inventory control',
  'Forklift operation': 'forklift|forklifts',
  'Quality assurance': 'quality assurance|qa|q a',
  'Test automation': 'test automation|automated testing',
  Accounting: 'accounting',
};
/** Written large in a resume, and common words or letters in speech. */
const AMBIGUOUS = new Set(
  'access apex c chef dart excel express go hive illustrator less lambda oracle outlook puppet r rest rust safe sketch spark spring swift unity word arm postman git jest node'.split(
    ' ',
  ),
);
/** Makers' names that people leave out. */
const MAKERS = /^(?:apache|microsoft|adobe|google|oracle|sap) (?=\p{L}{4,})/u;
/** What a company's name ends with and nobody says. */
const LEGAL_FORM =
  /,?\s+(?:inc|ltd|llc|llp|plc|gmbh|ag|kg|corp|co|company|corporation|limited|b\.v|bv|n\.v|s\.a|sa|srl|spa|ab|oy|se)\.?$/i;
/** What companies' names end with; where two words or more stand before it, people leave it out. */
export const COMPANY_ENDS = new Set(
  (
    'agency airlines analytics associates bakery bank brothers capital clinic college consulting corporation electronics energy engineering ' +
    'enterprises foods foundation freight games group holdings hospital hotels industries institute instruments insurance labs laboratories ' +
    'logistics manufacturing media motors networks partners payments pharma press retail robotics school services software solutions steel ' +
    'stores studio studios systems technologies telecom transport university ventures works'
  ).split(' '),
);
/** A first word that does not tell a company apart. */
const COMMON_FIRST = new Set(
  (
    'university college school hospital the st saint north south east west northside southside general national american british german ' +
    'european global united first new royal city state central data cloud digital tech smart green blue red restaurant hotel bank ' +
    'institute department ministry public online high grand big little harbour harbor golden'
  ).split(' '),
);

const plainWords = (text: string) =>
  text
    .toLowerCase()
    .replace(/[’']/g, '')
    .match(/[\p{L}\p{N}]+(?:\.[\p{L}\p{N}]+)*[+#]*/gu) ?? [];

/** Every way in which the names of these facts may be said, the longest first. */
export function spokenNames({ skills, positions }: ResumeFacts): SpokenName[] {
  const employers = [...new Set(positions.flatMap(({ employer }) => employer ?? []))];
  const names = [
    ...skills.flatMap(({ name }) => skillWays(name)),
    ...employers.flatMap((name) => employerWays(name, employers)),
  ];
  const unique = new Map(names.map((name) => [`${name.kind} ${name.words.join(' ')}`, name]));
  return [...unique.values()].toSorted((a, b) => b.words.length - a.words.length);
}

function skillWays(name: string): SpokenName[] {
  const written = plainWords(name).join(' ');
  const ways = new Set([...(SPOKEN[name]?.split('|') ?? []), written, written.replace(MAKERS, '')]);
  ways.add(plainWords(name.replace(/(?<=\p{Ll})(?=\p{Lu}\p{Ll})/gu, ' ')).join(' '));
  if (/^\p{Lu}{2,4}$/u.test(name)) ways.add([...name.toLowerCase()].join(' '));
  return [...ways].filter(Boolean).map((way) => {
    const words = way.split(' ');
    return { kind: 'skill', name, words, short: false, ambiguous: words.length === 1 && AMBIGUOUS.has(way) };
  });
}

/** The whole name, the name without its legal form, and its first word where that tells it apart. */
function employerWays(name: string, all: readonly string[]): SpokenName[] {
  const bare = name.replace(LEGAL_FORM, '').replace(LEGAL_FORM, '');
  const words = plainWords(bare);
  const ways: string[][] = [plainWords(name), words];
  if (words.length > 2 && COMPANY_ENDS.has(words.at(-1) ?? '')) ways.push(words.slice(0, -1));
  const first = words[0];
  const shared = all.filter((other) => plainWords(other)[0] === first).length > 1;
  if (first !== undefined && first.length > 3 && words.length > 1 && !shared && !COMMON_FIRST.has(first)) {
    ways.push([first]);
  }
  return ways
    .filter((way) => way.length > 0)
    .map((way) => ({
      kind: 'employer',
      name,
      words: way,
      short: way.length < words.length,
      ambiguous: false,
    }));
}
