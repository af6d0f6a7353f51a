import { Migration } from '@mikro-orm/migrations';

/** The guide's `live_insights` and `insight_aggregates` with what else the graph shows, and the transcript. */
export class CreateInsights extends Migration {
  override up(): void {
    this.addSql(`
      create type insights.insight_type as enum
        ('SPEECH_CONFIDENCE', 'HESITATION', 'RESPONSE_LATENCY', 'HEAD_MOVEMENT', 'VIDEO_QUALITY', 'MULTIPLE_FACES',
         'FACE_SWITCH', 'TAB_SWITCH', 'BACKGROUND_VOICE', 'RESUME_CONTRADICTION', 'FACE_ABSENT', 'ENGAGEMENT', 'RESPONSE_QUALITY')`);
    this.addSql(`create type insights.alert_severity as enum ('INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL')`);
    this.addSql(`create type insights.insight_disposition as enum ('UNREVIEWED', 'CONFIRMED', 'DISMISSED')`);
    this.addSql(`create type insights.speaker as enum ('CANDIDATE', 'INTERVIEWER')`);
    this.addSql(`create type insights.analyser_state as enum ('OK', 'DEGRADED', 'DOWN')`);
    // Where each round's feeds stand. A batch locks the row, so sequences are gapless and become visible in order.
    this.addSql(`
      create table insights.round_feeds (
        round_id uuid primary key references rounds.interview_rounds (id) on delete cascade,
        last_insight bigint not null default 0,
        last_segment bigint not null default 0,
        revision bigint not null default 0
      )`);
    this.addSql(`
      create table insights.live_insights (
        id uuid primary key,
        round_id uuid not null references rounds.interview_rounds (id) on delete cascade,
        company_id varchar(255) not null,
        sequence bigint not null,
        timestamp_ms bigint not null,
        insight_type insights.insight_type not null,
        severity insights.alert_severity not null default 'INFO',
        value jsonb,
        explanation text,
        source varchar(255) not null,
        disposition insights.insight_disposition not null default 'UNREVIEWED',
        reviewed_by varchar(255),
        review_note text,
        created_at timestamptz not null default now(),
        unique (round_id, sequence)
      )`);
    this.addSql(`
      create table insights.transcript_segments (
        id uuid primary key,
        round_id uuid not null references rounds.interview_rounds (id) on delete cascade,
        company_id varchar(255) not null,
        sequence bigint not null,
        speaker insights.speaker not null,
        text text not null,
        timestamp_ms bigint not null,
        duration_ms bigint not null,
        confidence double precision check (confidence between 0 and 1),
        created_at timestamptz not null default now(),
        unique (round_id, sequence)
      )`);
    this.addSql(`
      create table insights.insight_aggregates (
        id uuid primary key,
        round_id uuid not null unique references rounds.interview_rounds (id) on delete cascade,
        company_id varchar(255) not null,
        aggregated_at timestamptz not null,
        up_to_insight bigint not null,
        up_to_segment bigint not null,
        revision bigint not null,
        version bigint not null default 1,
        speech_metrics jsonb not null,
        video_metrics jsonb not null,
        fraud_indicators jsonb not null,
        ai_recommendations jsonb not null
      )`);
    this.addSql(`
      create table insights.analyser_statuses (
        round_id uuid not null references rounds.interview_rounds (id) on delete cascade,
        service varchar(32) not null,
        company_id varchar(255) not null,
        state insights.analyser_state not null,
        detail text,
        since timestamptz not null,
        primary key (round_id, service)
      )`);
  }

  override down(): void {
    this.addSql(`
      drop table insights.analyser_statuses, insights.insight_aggregates, insights.transcript_segments,
        insights.live_insights, insights.round_feeds`);
    this.addSql(`
      drop type insights.analyser_state, insights.speaker, insights.insight_disposition, insights.alert_severity,
        insights.insight_type`);
  }
}
