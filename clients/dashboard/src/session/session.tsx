'use client';
/** Holds the tab's token and the client made with it; without one, shows the log-in in place of the page. */
import { createInterviewClient, type InterviewClient } from '@interview/sdk/client';
import { ViewerDocument, type ViewerQuery } from '@interview/sdk/operations';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type GatewayAddress, graphUrl } from '../gateway';
import { Login } from './login';
import { Mark } from './mark';
import styles from './session.module.css';
import { arrive, keepToken } from './token';

export type Viewer = NonNullable<ViewerQuery['viewer']>;

/** HR and ADMIN see all rounds of their company, and look after it. */
export function seesAll({ role }: Viewer): boolean {
  return role === 'HR' || role === 'ADMIN';
}

interface SessionValue {
  client: InterviewClient;
  viewer: Viewer;
  /** For what goes around the client: files and Socket.IO. Both go to `gateway`, an origin. */
  token: string;
  gateway: string;
  /** Back to the log-in, saying why. */
  logOut(reason?: string): void;
}

const SessionContext = createContext<SessionValue | undefined>(undefined);

/** @throws Error outside of a session */
export function useSession(): SessionValue {
  const session = useContext(SessionContext);
  if (!session) throw new Error('There is no session here.');
  return session;
}

/** `undefined`: not known yet, since only the browser knows its storage and fragment. */
type Token = string | undefined;

export function Session({ gateway, children }: { gateway: GatewayAddress; children: ReactNode }) {
  const router = useRouter();
  const [token, setToken] = useState<Token>(undefined);
  const [client, setClient] = useState<InterviewClient>();
  const [viewer, setViewer] = useState<Viewer>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const look = () => {
      const arrival = arrive(sessionStorage, location.hash);
      if (arrival.fromFragment) history.replaceState(null, '', location.pathname + location.search);
      setToken(arrival.token);
      if (arrival.round !== undefined) router.replace(`/rounds/${encodeURIComponent(arrival.round)}`);
    };
    look();
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, [router]);

  useEffect(() => {
    if (!token) return;
    const made = createInterviewClient({ url: graphUrl(gateway, new URL(location.href)), token });
    const left = new AbortController();
    setClient(made);
    made.query(ViewerDocument, {}, { signal: left.signal }).then(
      ({ viewer: known }) => {
        if (known) setViewer(known);
        else setProblem('The graph does not know who you are.');
      },
      (error: Error) => {
        if (!left.signal.aborted) setProblem(error.message);
      },
    );
    return () => {
      left.abort();
      setClient(undefined);
      setViewer(undefined);
      void made.close();
    };
  }, [token, gateway]);

  const use = (next: string, reason?: string) => {
    keepToken(sessionStorage, next);
    setProblem(reason);
    setToken(next);
  };

  if (token === undefined) return null;
  if (token === '' || problem !== undefined) return <Login problem={problem} onToken={(next) => use(next)} />;
  if (!client || !viewer) {
    return (
      <p className={styles['waiting']} role="status">
        Connecting…
      </p>
    );
  }
  const origin = new URL(graphUrl(gateway, new URL(location.href))).origin;
  return (
    <SessionContext value={{ client, viewer, token, gateway: origin, logOut: (reason) => use('', reason) }}>
      <header className={styles['bar']}>
        <Link href="/" className={styles['home']}>
          <Mark size={24} />
          Interviews
        </Link>
        {seesAll(viewer) && (
          <nav className={styles['nav']} aria-label="Company">
            <Link href="/rounds/new">New round</Link>
            <Link href="/audit">Audit log</Link>
            <Link href="/erasure">Erasure</Link>
          </nav>
        )}
        <span className={styles['viewer']}>
          {viewer.email ?? viewer.id} <span className={styles['role']}>{viewer.role.toLowerCase()}</span>
        </span>
        <button type="button" className={styles['leave']} onClick={() => use('')}>
          Log out
        </button>
      </header>
      <main>{children}</main>
    </SessionContext>
  );
}
