/** What the machine puts together for the person who decides, with all the insights that it rests on. */
import type { RoundRecommendationQuery } from '@interview/sdk/operations';
import type { Insight } from '../live/timeline';
import { clockTime, INSIGHT_NAMES } from '../live/wording';
import styles from './decision.module.css';
import { Sentences } from './verdict-view';

export type Recommendation = NonNullable<NonNullable<RoundRecommendationQuery['round']>['recommendation']>;

interface RecommendationViewProps {
  recommendation: Recommendation | undefined;
  insights: readonly Insight[];
}

export function RecommendationView({ recommendation, insights }: RecommendationViewProps) {
  return (
    <section className={styles['panel']} aria-labelledby="recommendation">
      <h2 id="recommendation">For your decision</h2>
      <p className={styles['decide']}>Software put this together. It recommends no decision: people decide.</p>
      {recommendation ? (
        <Content recommendation={recommendation} insights={insights} />
      ) : (
        <p className={styles['quiet']}>Nothing was measured that a summary may rest on.</p>
      )}
    </section>
  );
}

function Content({ recommendation, insights }: { recommendation: Recommendation; insights: readonly Insight[] }) {
  const basis = new Set(recommendation.insightIds);
  return (
    <>
      <p>{recommendation.summary}</p>
      <Sentences heading="Strengths" sentences={recommendation.strengths} />
      <Sentences heading="Concerns" sentences={recommendation.concerns} />
      <details>
        <summary>Rests on {basis.size === 1 ? 'one insight' : `${basis.size} insights`}</summary>
        <ul className={styles['basis']}>
          {insights
            .filter(({ id }) => basis.has(id))
            .map((insight) => (
              <li key={insight.id}>
                <strong>
                  {INSIGHT_NAMES[insight.type]} at {clockTime(insight.timestampMs)}
                </strong>{' '}
                {insight.explanation}
              </li>
            ))}
        </ul>
      </details>
      <p className={styles['quiet']}>Made by {recommendation.generatedBy}. What you dismiss leaves it.</p>
    </>
  );
}
