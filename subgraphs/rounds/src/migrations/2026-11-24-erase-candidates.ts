import { Migration } from '@mikro-orm/migrations';

/**
 * Erasure of a candidate: what was ordered, which subgraph has done its part, and the rounds that are gone.
 * While an erasure is pending, its rounds exist for nobody: `round_access` leaves them out.
 */
export class EraseCandidates extends Migration {
  override up(): void {
    this.addSql(`
      create table rounds.erasures (
        id uuid primary key,
        company_id varchar(255) not null,
        external_candidate_id varchar(255) not null,
        requested_at timestamptz not null,
        completed_at timestamptz
      )`);
    // A candidate is erased once at a time.
    this.addSql(`
      create unique index on rounds.erasures (company_id, external_candidate_id) where completed_at is null`);
    this.addSql(`
      create table rounds.erasure_steps (
        erasure_id uuid not null references rounds.erasures (id) on delete cascade,
        subgraph text not null check (subgraph in ('rounds', 'resumes', 'insights', 'verdicts')),
        done_at timestamptz,
        primary key (erasure_id, subgraph)
      )`);
    this.addSql(`alter table rounds.interview_rounds add column erasure_id uuid references rounds.erasures (id)`);
    this.addSql(`create index on rounds.interview_rounds (erasure_id) where erasure_id is not null`);
    // What is still on its way for a round that is gone (a result in a stream) is known by it and dropped.
    this.addSql(`create table rounds.erased (round_id uuid primary key, erased_at timestamptz not null default now())`);
    this.addSql(`
      create view rounds.erased_rounds as
        select round_id from rounds.erased
        union all select id from rounds.interview_rounds where erasure_id is not null`);
    this.addSql(`
      create or replace view rounds.round_access as
        select id, company_id, external_candidate_id as candidate_id, external_interviewer_id as interviewer_id,
          status, interview_mode as mode, candidate_consent_given as consent_given,
          extract(epoch from started_at) * 1000 as started_at_ms
        from rounds.interview_rounds where erasure_id is null`);
    this.addSql(`
      create view rounds.pending_erasures as
        select e.id, e.company_id, e.external_candidate_id as candidate_id, e.requested_at, s.subgraph,
          array(select r.id from rounds.interview_rounds r where r.erasure_id = e.id) as round_ids
        from rounds.erasures e join rounds.erasure_steps s on s.erasure_id = e.id
        where s.done_at is null`);
    // A subgraph can say that its own part is done, and nothing else.
    this.addSql(`
      create function rounds.confirm_erasure(erasure uuid, by_subgraph text) returns void
      language plpgsql security definer set search_path = pg_catalog as $$
      begin
        if session_user <> 'interview_' || by_subgraph then
          raise exception '% may not confirm for %', session_user, by_subgraph;
        end if;
        update rounds.erasure_steps set done_at = now() where erasure_id = erasure and subgraph = by_subgraph;
      end
      $$`);
    const others = 'interview_resumes, interview_insights, interview_verdicts';
    this.addSql(`grant select on rounds.erased_rounds, rounds.pending_erasures to ${others}`);
    this.addSql(`revoke all on function rounds.confirm_erasure from public`);
    this.addSql(`grant execute on function rounds.confirm_erasure to ${others}`);
  }

  override down(): void {
    this.addSql(`drop function rounds.confirm_erasure`);
    this.addSql(`drop view rounds.pending_erasures, rounds.erased_rounds`);
    this.addSql(`
      create or replace view rounds.round_access as
        select id, company_id, external_candidate_id as candidate_id, external_interviewer_id as interviewer_id,
          status, interview_mode as mode, candidate_consent_given as consent_given,
          extract(epoch from started_at) * 1000 as started_at_ms
        from rounds.interview_rounds`);
    this.addSql(`drop table rounds.erased`);
    this.addSql(`alter table rounds.interview_rounds drop column erasure_id`);
    this.addSql(`drop table rounds.erasure_steps, rounds.erasures`);
  }
}
