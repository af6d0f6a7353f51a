/**
 * The check of `npm run lint` that dependencies between workspaces point one way and that no service knows another. It looks at
 * package.json files and at imports. Node runs this file as it is: it imports nothing of ours.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export interface Workspace {
  /** From the checkout, e.g. `subgraphs/rounds`. */
  folder: string;
  /** Its package's name without the scope, e.g. `subgraph-kit`. */
  name: string;
  /** Names without the scope. */
  dependencies: string[];
  /** By file, from the checkout: what it imports, as written. */
  imports: Record<string, string[]>;
}

const CONTRACT = ['schema'];
const EVERY_PROCESS = [...CONTRACT, 'runtime'];
const SUBGRAPHS = ['rounds', 'resumes', 'insights', 'verdicts'];
const ANALYSERS = ['speech', 'video', 'fraud', 'nlp'];
const OUTSIDE = [...EVERY_PROCESS, 'sdk', 'local', 'demo', 'bench', 'database'];

/**
 * The first pattern that fits a folder says what it may depend on; docs/architecture.md draws the same. A name with a folder
 * behind it (`gateway/testing`) allows that folder alone.
 */
const ALLOWED: readonly [pattern: RegExp, names: readonly string[]][] = [
  [/^schema$/, []],
  [/^infra\/runtime$/, CONTRACT],
  [/^(subgraphs|ml)\/kit$/, EVERY_PROCESS],
  [/^subgraphs\//, [...EVERY_PROCESS, 'subgraph-kit']],
  [/^ml\//, [...EVERY_PROCESS, 'ml-kit']],
  [/^gateway$/, EVERY_PROCESS],
  [/^clients\/sdk$/, CONTRACT],
  [/^clients\//, [...CONTRACT, 'sdk']],
  [/^infra\/(database|compose)$/, [...EVERY_PROCESS, 'subgraph-kit', ...SUBGRAPHS]],
  [/^infra\/local$/, [...EVERY_PROCESS, 'demo']],
  [/^infra\/demo$/, [...EVERY_PROCESS, 'sdk']],
  // The product from outside; what it shares with the gateway's own tests is a client that knows OpenAPI.
  [/^infra\/e2e$/, [...OUTSIDE, 'gateway/testing']],
  // The evaluation drives the analysers themselves, which are pure.
  [/^infra\/eval$/, [...OUTSIDE, 'ml-kit', ...ANALYSERS]],
  // What the analysers could do at most is measured with their own parts.
  [/^infra\/bench$/, [...OUTSIDE, 'video/human-face-finder', 'video/picture']],
  [/^infra\//, OUTSIDE],
];

const SCOPE = '@interview/';
const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

/** @returns a line for each dependency or import that points the wrong way; none when all is well. */
export function violations(workspaces: readonly Workspace[]): string[] {
  return workspaces.flatMap((workspace) => {
    const { folder, name, dependencies, imports } = workspace;
    const allowed = ALLOWED.find(([pattern]) => pattern.test(folder))?.[1];
    if (!allowed) return [`${folder}: no rule says what it may depend on (infra/local/src/dependency-direction.ts)`];
    const declared = dependencies
      .filter((dependency) => !allowed.some((name) => name.split('/')[0] === dependency))
      .map((dependency) => `${folder}/package.json: must not depend on ${SCOPE}${dependency}`);
    const imported = Object.entries(imports).flatMap(([file, specifiers]) =>
      specifiers.flatMap((specifier) => {
        if (specifier.startsWith('.')) {
          const target = relative(folder, join(dirname(file), specifier));
          return target.startsWith('..') ? [`${file}: "${specifier}" leaves the workspace; import it by its name`] : [];
        }
        const [other, part] = specifier.startsWith(SCOPE) ? specifier.slice(SCOPE.length).split('/') : [];
        if (!other || other === name) return [];
        if (!allowed.includes(other) && !allowed.includes(`${other}/${part}`))
          return [`${file}: must not import ${specifier}`];
        return dependencies.includes(other) ? [] : [`${file}: ${SCOPE}${other} is missing in ${folder}/package.json`];
      }),
    );
    return [...declared, ...imported];
  });
}

interface Manifest {
  name: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

export function readWorkspaces(checkout: string): Workspace[] {
  const manifest = (folder: string): Manifest =>
    JSON.parse(readFileSync(join(checkout, folder, 'package.json'), 'utf8'));
  return (manifest('.').workspaces ?? [])
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: checkout }))
    .map((path) => dirname(path))
    .toSorted()
    .map((folder) => {
      const { name, dependencies, devDependencies } = manifest(folder);
      const files = globSync('**/*.{ts,tsx,mts,mjs}', {
        cwd: join(checkout, folder, 'src'),
        exclude: (path) => ['node_modules', 'generated'].includes(path),
      }).map((file) => join(folder, 'src', file));
      return {
        folder,
        name: name.slice(SCOPE.length),
        dependencies: Object.keys({ ...dependencies, ...devDependencies })
          .filter((d) => d.startsWith(SCOPE))
          .map((d) => d.slice(SCOPE.length)),
        imports: Object.fromEntries(files.map((file) => [file, importsOf(join(checkout, file))])),
      };
    });
}

function importsOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return [...readFileSync(path, 'utf8').matchAll(IMPORT)].flatMap((match) => match[1] ?? []);
}

if (import.meta.main) {
  const found = violations(readWorkspaces(resolve(import.meta.dirname, '../../..')));
  for (const line of found) console.error(line);
  process.exitCode = found.length > 0 ? 1 : 0;
}
