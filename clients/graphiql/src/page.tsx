/** GraphiQL below a bar that holds the token. */
import { GraphiQL } from 'graphiql';
import { type FormEvent, useMemo, useState } from 'react';
import { EXAMPLES } from './examples';
import { createFetcher } from './fetcher';
import { bearerOf, keepToken } from './token';

export function Page({ initialToken, endpoint }: { initialToken: string; endpoint: URL }) {
  const [token, setToken] = useState(initialToken);
  const fetcher = useMemo(() => createFetcher(endpoint, token), [endpoint, token]);
  const use = (next: string) => {
    keepToken(sessionStorage, next);
    setToken(next.trim());
  };
  return (
    <>
      <TokenBar token={token} onUse={use} />
      {/* Anew for each token: the schema that a viewer may see is theirs. */}
      <main className="editor">
        <GraphiQL
          key={token}
          fetcher={fetcher}
          defaultTabs={EXAMPLES}
          defaultEditorToolsVisibility="variables"
          isHeadersEditorEnabled={false}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
        >
          <GraphiQL.Logo>Interview graph</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

function TokenBar({ token, onUse }: { token: string; onUse: (token: string) => void }) {
  const [draft, setDraft] = useState(token);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onUse(draft);
  };
  return (
    <form className="token-bar" onSubmit={submit}>
      <label htmlFor="token">Token</label>
      <input
        id="token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="Paste a token: npm run token -- --role HR"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button type="submit">Use</button>
      <output htmlFor="token">{describe(token)}</output>
    </form>
  );
}

function describe(token: string): string {
  if (token === '') return 'Without a token the graph answers AUTH_REQUIRED.';
  const bearer = bearerOf(token);
  if (!bearer) return 'This is not a token that the graph knows how to read.';
  const until = bearer.expiresAt ? `, until ${bearer.expiresAt.toLocaleString()}` : '';
  return `${bearer.sub} · ${bearer.role}${until}`;
}
