import { Migration } from '@mikro-orm/migrations';

/**
 * `insights.store_results`: a batch of results in one statement and so one round trip, its plans kept by the session.
 * What it promises and what goes in stands in `results/result.store.ts`.
 */
export class StoreInOneStatement extends Migration {
  override up(): void {
    this.addSql(STORE_RESULTS);
  }

  override down(): void {
    this.addSql('drop function insights.store_results');
  }
}

/**
 * Steps in their order, each seeing what was committed before it began:
 * the rounds' positions are locked, in the order of the ids; rounds that were erased end it (an erasure that begins
 * from here on waits for this transaction); what is new is numbered and inserted; the audit log, whose chain stays
 * locked until the commit, comes last.
 *
 * Plans are made once for a session, maybe while the tables are still empty. So tables that grow are read by scalar
 * subqueries and without sequential scans: by their keys, whatever the planner knew of their size.
 */
const STORE_RESULTS = `
  create function insights.store_results(
    of_rounds uuid[], new_insights jsonb, new_segments jsonb, new_aggregates jsonb, new_statuses jsonb, alerts jsonb,
    stored_at timestamptz, out insight_sequences jsonb, out segment_sequences jsonb, out replaced_aggregates jsonb)
  language plpgsql set enable_seqscan = off as $$
  declare
    rows_locked bigint;
    erased jsonb;
    entries jsonb;
  begin
    if (select count(*) from unnest(of_rounds) as r (id)
        where (select f.round_id from insights.round_feeds f where f.round_id = r.id) is not null) = cardinality(of_rounds) then
      perform 1 from insights.round_feeds f where f.round_id = any(of_rounds) order by f.round_id for update;
      get diagnostics rows_locked = row_count;
      if rows_locked < cardinality(of_rounds) then
        raise exception 'a round went while its batch was stored' using errcode = 'serialization_failure';
      end if;
    else
      insert into insights.round_feeds (round_id) select r.id from unnest(of_rounds) as r (id) order by r.id
        on conflict (round_id) do update set round_id = excluded.round_id;
    end if;

    select jsonb_agg(e.round_id) into erased from rounds.erased_rounds e where e.round_id = any(of_rounds);
    if erased is not null then
      raise exception 'results of erased rounds are not stored' using errcode = 'IR001', detail = erased::text;
    end if;

    if new_insights is not null then
      with given as (
        select * from rows from (jsonb_to_recordset(new_insights) as (
          id uuid, "roundId" uuid, "companyId" text, "timestampMs" bigint, type insights.insight_type,
          severity insights.alert_severity, value jsonb, explanation text, source text)
        ) with ordinality as g (id, round_id, company_id, timestamp_ms, type, severity, value, explanation, source, place)
      ), fresh as (
        select g.*, (select f.last_insight from insights.round_feeds f where f.round_id = g.round_id)
            + row_number() over (partition by g.round_id order by g.place) as sequence
        from given g where (select l.id from insights.live_insights l where l.id = g.id) is null
      ), stored as (
        insert into insights.live_insights
          (id, round_id, company_id, sequence, timestamp_ms, insight_type, severity, value, explanation, source, created_at)
        select id, round_id, company_id, sequence, timestamp_ms, type, severity, value, explanation, source, stored_at
        from fresh order by place
        returning id, round_id, sequence
      ), moved as (
        update insights.round_feeds f set last_insight = s.last
        from (select round_id, max(sequence) as last from stored group by round_id) s where f.round_id = s.round_id
      )
      select jsonb_agg(s.sequence order by g.place) into insight_sequences from given g left join stored s on s.id = g.id;
    end if;

    if new_segments is not null then
      with given as (
        select * from rows from (jsonb_to_recordset(new_segments) as (
          id uuid, "roundId" uuid, "companyId" text, speaker insights.speaker, text text, "timestampMs" bigint,
          "durationMs" bigint, confidence double precision)
        ) with ordinality as g (id, round_id, company_id, speaker, text, timestamp_ms, duration_ms, confidence, place)
      ), fresh as (
        select g.*, (select f.last_segment from insights.round_feeds f where f.round_id = g.round_id)
            + row_number() over (partition by g.round_id order by g.place) as sequence
        from given g where (select t.id from insights.transcript_segments t where t.id = g.id) is null
      ), stored as (
        insert into insights.transcript_segments
          (id, round_id, company_id, sequence, speaker, text, timestamp_ms, duration_ms, confidence, created_at)
        select id, round_id, company_id, sequence, speaker, text, timestamp_ms, duration_ms, confidence, stored_at
        from fresh order by place
        returning id, round_id, sequence
      ), moved as (
        update insights.round_feeds f set last_segment = s.last
        from (select round_id, max(sequence) as last from stored group by round_id) s where f.round_id = s.round_id
      )
      select jsonb_agg(s.sequence order by g.place) into segment_sequences from given g left join stored s on s.id = g.id;
    end if;

    if new_aggregates is not null then
      with replaced as (
        insert into insights.insight_aggregates as a
          (id, round_id, company_id, aggregated_at, up_to_insight, up_to_segment, revision, speech_metrics, video_metrics,
           fraud_indicators, ai_recommendations)
        select n.id, n."roundId", n."companyId", n."aggregatedAt", n.insight, n.segment, n.revision, n.speech, n.video,
          n.fraud, n.recommendations
        from jsonb_to_recordset(new_aggregates) as n (
          id uuid, "roundId" uuid, "companyId" text, "aggregatedAt" timestamptz, insight bigint, segment bigint,
          revision bigint, speech jsonb, video jsonb, fraud jsonb, recommendations jsonb)
        on conflict (round_id) do update set
          id = excluded.id, aggregated_at = excluded.aggregated_at, up_to_insight = excluded.up_to_insight,
          up_to_segment = excluded.up_to_segment, revision = excluded.revision, version = a.version + 1,
          speech_metrics = excluded.speech_metrics, video_metrics = excluded.video_metrics,
          fraud_indicators = excluded.fraud_indicators, ai_recommendations = excluded.ai_recommendations
        where excluded.id <> a.id
          and (excluded.up_to_insight, excluded.up_to_segment, excluded.revision)
            >= (a.up_to_insight, a.up_to_segment, a.revision)
        returning a.round_id
      )
      select jsonb_agg(r.round_id) into replaced_aggregates from replaced r;
    end if;

    if new_statuses is not null then
      insert into insights.analyser_statuses as s (round_id, service, company_id, state, detail, since)
      select n."roundId", n.service, n."companyId", n.state, n.detail, n.since
      from jsonb_to_recordset(new_statuses) as n (
        "roundId" uuid, service text, "companyId" text, state insights.analyser_state, detail text, since timestamptz)
      on conflict (round_id, service) do update set
        state = excluded.state, detail = excluded.detail, since = excluded.since
      where excluded.since >= s.since;
    end if;

    if alerts is not null then
      select jsonb_agg(a.entry order by a.place) into entries
      from jsonb_to_recordset(alerts) as a (place integer, entry jsonb)
      where insight_sequences -> a.place <> 'null'::jsonb;
      if entries is not null then
        perform audit.append(entries);
      end if;
    end if;
  end
  $$`;
