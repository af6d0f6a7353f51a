'use client';
/** The figures above and beside the timeline. Each says what was measured, none what a person is. */
import type { AggregateDetailFragment } from '@interview/sdk/operations';
import type { Metrics } from './live-round';
import styles from './summary.module.css';
import { percent, seconds, UNKNOWN, whole } from './wording';

export function MetricsHeader({ metrics }: { metrics: Metrics | undefined }) {
  return (
    <dl className={styles['metrics']} aria-label="Figures so far">
      <Figure
        name="Speech confidence"
        note="of the recogniser, and fluency"
        value={percent(metrics?.speechConfidence)}
      />
      <Figure name="Facing the screen" note="share of the time" value={percent(metrics?.engagementScore)} />
      <Figure name="Response time" note="mean, question to answer" value={seconds(metrics?.averageResponseTimeMs)} />
      <Figure name="Hesitations" note="pauses, repeats, fillers" value={whole(metrics?.hesitationsCount)} />
      <Figure name="Alerts" note="for a person to judge" value={whole(metrics?.fraudAlertsCount)} />
    </dl>
  );
}

function Figure({ name, note, value }: { name: string; note: string; value: string }) {
  return (
    <div className={styles['figure']}>
      <dt>
        {name}
        <small>{note}</small>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

export function AggregatePanel({ aggregate }: { aggregate: AggregateDetailFragment | undefined }) {
  return (
    <section className={styles['panel']} aria-labelledby="so-far">
      <h2 id="so-far">The round so far</h2>
      {aggregate ? <Aggregate aggregate={aggregate} /> : <p className={styles['quiet']}>Nothing was measured yet.</p>}
    </section>
  );
}

function Aggregate({ aggregate: { speech, video, fraud, recommendations } }: { aggregate: AggregateDetailFragment }) {
  const rows = [
    ['Candidate speaks', percent(speech.talkRatio)],
    ['Words a minute', whole(speech.wordsPerMinute)],
    ['Eye contact', video.eyeContactPercentage === null ? UNKNOWN : `${whole(video.eyeContactPercentage)} %`],
    ['Head movement', video.headMovement ?? UNKNOWN],
    ['Tab left', whole(fraud.tabSwitches)],
    ['More than one face', fraud.multipleFacesDetected ? 'seen' : 'not seen'],
    ['Different face', whole(fraud.faceSwitches)],
    ['Background voices', whole(fraud.backgroundVoices)],
  ];
  return (
    <>
      <dl className={styles['rows']}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {recommendations.length > 0 && (
        <>
          <h3>Worth asking next</h3>
          <ul className={styles['questions']}>
            {recommendations.map((followUp) => (
              <li key={followUp.question}>
                {followUp.question}
                <small>{followUp.reason}</small>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
