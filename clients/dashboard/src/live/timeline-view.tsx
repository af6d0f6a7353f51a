'use client';
/**
 * What was said (left) and what was measured (right) along one time axis. Only final lines are announced politely,
 * only CRITICAL insights that arrive while the page is open interrupt; words still being recognised are silent.
 */
import { memo, useMemo } from 'react';
import { InsightCard, type Review } from './insight-card';
import type { LiveState } from './live-round';
import { useStickToEnd } from './stick-to-end';
import { type Moment, momentsOf, type Segment } from './timeline';
import styles from './timeline.module.css';
import { clockTime } from './wording';

const SPEAKERS = { CANDIDATE: 'Candidate', INTERVIEWER: 'Interviewer' } as const;

type Shown = Pick<LiveState, 'segments' | 'insights' | 'interim' | 'arrivedLive' | 'phase'> & { review: Review };

export function TimelineView({ segments, insights, interim, arrivedLive, phase, review }: Shown) {
  const moments = useMemo(() => momentsOf(segments.entries, insights.entries), [segments, insights]);
  const content = useMemo(() => ({ moments, interim }), [moments, interim]);
  const { box, atEnd, toEnd } = useStickToEnd<HTMLElement>(content);
  const nothingYet = moments.length === 0 && interim.length === 0;

  return (
    <div className={styles['frame']}>
      <div className={styles['heads']} aria-hidden="true">
        <span>Transcript</span>
        <span>Time</span>
        <span>Measured</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <section ref={box} className={styles['box']} aria-label="Transcript and measurements" tabIndex={0}>
        <div role="log" aria-label="Transcript" aria-relevant="additions">
          {moments.map((moment) => (
            <MomentRow key={moment.key} moment={moment} arrivedLive={arrivedLive} review={review} />
          ))}
        </div>
        {interim.map((segment) => (
          <div key={segment.id} className={styles['moment']}>
            <Line segment={segment} />
            <time className={styles['time']}>{clockTime(segment.timestampMs)}</time>
          </div>
        ))}
        {nothingYet && (
          <p className={styles['empty']}>{phase === 'loading' ? 'Reading what there is…' : 'Nothing was said yet.'}</p>
        )}
      </section>
      {!atEnd && (
        <button type="button" className={styles['jump']} onClick={toEnd}>
          <span aria-hidden="true">↓ </span>Jump to live
        </button>
      )}
    </div>
  );
}

interface MomentRowProps {
  moment: Moment;
  arrivedLive: ReadonlySet<string>;
  review: Review;
}

/** A moment is made anew for each event; it is drawn anew only where its own entries changed. */
const MomentRow = memo(
  ({ moment, arrivedLive, review }: MomentRowProps) => (
    <div className={styles['moment']}>
      {moment.segment ? <Line segment={moment.segment} /> : <span />}
      <time className={styles['time']}>{clockTime(moment.timestampMs)}</time>
      <ul className={styles['insights']} aria-live="off" aria-label={`Measured from ${clockTime(moment.timestampMs)}`}>
        {moment.insights.map((insight) => (
          <InsightCard key={insight.id} insight={insight} interrupts={arrivedLive.has(insight.id)} review={review} />
        ))}
      </ul>
    </div>
  ),
  (before, now) =>
    before.moment.segment === now.moment.segment &&
    before.moment.insights.length === now.moment.insights.length &&
    before.moment.insights.every((insight, i) => insight === now.moment.insights[i]),
);
MomentRow.displayName = 'MomentRow';

function Line({ segment }: { segment: Segment }) {
  const kind = segment.isFinal ? '' : styles['interim'];
  return (
    <p className={`${styles['line']} ${styles[segment.speaker]} ${kind}`}>
      <span className={styles['speaker']}>{SPEAKERS[segment.speaker]}</span>
      {segment.text}
      {!segment.isFinal && <span aria-hidden="true"> …</span>}
    </p>
  );
}
