import { Migration } from '@mikro-orm/migrations';

/** Reviews in an order of their own, how far a round's feeds were swept, and what a verdict may rest on. */
export class ReviewInsights extends Migration {
  override up(): void {
    // The round's revision that the insight's last review made: reviews after a revision are read by it.
    this.addSql(`alter table insights.live_insights add column reviewed_revision bigint`);
    this.addSql(`
      create unique index live_insights_reviewed on insights.live_insights (round_id, reviewed_revision)
        where reviewed_revision is not null`);
    // Sequences up to these may be gone; a feed cannot begin before them.
    this.addSql(`
      alter table insights.round_feeds
        add column swept_insight bigint not null default 0,
        add column swept_segment bigint not null default 0,
        add column reviewed_at timestamptz`);
    this.addSql(
      `create index round_feeds_reviewed on insights.round_feeds (reviewed_at) where reviewed_at is not null`,
    );
    // Rows come in the order of time, which is all the daily sweep asks for: a few pages, and next to no cost to a batch.
    this.addSql(`create index live_insights_created on insights.live_insights using brin (created_at)`);
    this.addSql(`create index transcript_segments_created on insights.transcript_segments using brin (created_at)`);
    // docs/adr/0011: the verdicts subgraph reads this and nothing else of ours.
    this.addSql(`
      create view insights.verdict_basis as
        select id, round_id, company_id, insight_type as type, severity, timestamp_ms, value, explanation, disposition
        from insights.live_insights`);
    this.addSql(`grant usage on schema insights to interview_verdicts`);
    this.addSql(`grant select on insights.verdict_basis to interview_verdicts`);
  }

  override down(): void {
    this.addSql(`drop view insights.verdict_basis`);
    this.addSql(`revoke usage on schema insights from interview_verdicts`);
    this.addSql(`drop index insights.transcript_segments_created, insights.live_insights_created`);
    this.addSql(`
      alter table insights.round_feeds drop column swept_insight, drop column swept_segment, drop column reviewed_at`);
    this.addSql(`alter table insights.live_insights drop column reviewed_revision`);
  }
}
