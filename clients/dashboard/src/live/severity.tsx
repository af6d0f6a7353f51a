/** A severity by shape, word and colour, so that none of the three is needed alone. */
import type { AlertSeverity } from '@interview/sdk/operations';
import styles from './severity.module.css';
import { SEVERITY_NAMES } from './wording';

/** Outlines in a box of 16: the more severe, the more corners stand out. */
const SHAPES: Readonly<Record<AlertSeverity, string>> = {
  INFO: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM8 7.2v4M8 4.6v.1',
  LOW: 'M3 3h10v10H3zM6 8h4',
  MEDIUM: 'M8 1.5l6.5 6.5L8 14.5L1.5 8zM8 5v3.4M8 10.8v.1',
  HIGH: 'M8 1.6l6.8 12.2H1.2zM8 6.2v3.6M8 11.8v.1',
  CRITICAL: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM8 4.4v4.4M8 11.3v.1',
};

export function Severity({ severity }: { severity: AlertSeverity }) {
  return (
    <span className={`${styles['severity']} ${styles[severity]}`}>
      <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden="true">
        <path d={SHAPES[severity]} />
      </svg>
      {SEVERITY_NAMES[severity]}
    </span>
  );
}
