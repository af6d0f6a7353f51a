'use client';
import type { LiveState } from './live-round';
import styles from './summary.module.css';

/** Whether what is shown is the present. */
export function ConnectionBadge({
  phase,
  connection,
  staleSince,
}: Pick<LiveState, 'phase' | 'connection' | 'staleSince'>) {
  const [kind, words] = describe(phase, connection, staleSince);
  return (
    <span role="status" className={`${styles['badge']} ${styles[kind]}`}>
      {words}
    </span>
  );
}

function describe(
  phase: LiveState['phase'],
  connection: LiveState['connection'],
  staleSince: Date | undefined,
): [kind: string, words: string] {
  if (phase === 'failed') return ['lost', 'Stopped'];
  if (phase === 'loading') return ['pending', 'Loading'];
  if (connection === 'connected') return ['connected', 'Live'];
  if (staleSince) return ['lost', `Resuming · stale since ${staleSince.toLocaleTimeString()}`];
  return connection === 'idle' ? ['pending', 'Ended'] : ['pending', 'Connecting'];
}
