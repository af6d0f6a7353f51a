'use client';
import { type FormEvent, useState } from 'react';
import { Mark } from './mark';
import styles from './session.module.css';

/** Takes a pasted token. */
export function Login({ problem, onToken }: { problem: string | undefined; onToken: (token: string) => void }) {
  const [draft, setDraft] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim()) onToken(draft.trim());
  };
  return (
    <main className={styles['login']}>
      <form className={styles['card']} onSubmit={submit}>
        <Mark size={44} />
        <h1>Interviews</h1>
        <p>Transcript and measurements, as they happen.</p>
        {problem && (
          <p className={styles['problem']} role="alert">
            {problem}
          </p>
        )}
        <label htmlFor="token">Your token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
        />
        <p className={styles['hint']}>
          On your own machine: <code>npm run token -- --role HR</code>
        </p>
        <button type="submit">Log in</button>
      </form>
    </main>
  );
}
