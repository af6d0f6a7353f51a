import { Migration } from '@mikro-orm/migrations';

/** The guide's `interview_rounds` with `company_id`, its questions, and what other subgraphs may know of it. */
export class CreateRounds extends Migration {
  override up(): void {
    this.addSql(`
      create type rounds.interview_round_type as enum
        ('TECHNICAL_AI', 'SCREENING_HUMAN', 'HR_HUMAN', 'MANAGERIAL_HUMAN', 'CULTURAL_FIT_HUMAN')`);
    this.addSql(`create type rounds.interview_mode as enum ('AI_CONDUCTED', 'HUMAN_AI_ASSISTED', 'HUMAN_ONLY')`);
    this.addSql(`
      create type rounds.round_status as enum
        ('SCHEDULED', 'WAITING_FOR_CANDIDATE', 'WAITING_FOR_INTERVIEWER', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW')`);
    this.addSql(`
      create table rounds.interview_rounds (
        id uuid primary key default gen_random_uuid(),
        company_id varchar(255) not null,
        external_interview_id varchar(255) not null,
        external_candidate_id varchar(255) not null,
        external_interviewer_id varchar(255),
        external_job_role_id varchar(255) not null,
        round_number integer not null default 1 check (round_number >= 1),
        round_type rounds.interview_round_type not null,
        interview_mode rounds.interview_mode not null,
        status rounds.round_status not null default 'SCHEDULED',
        videosdk_meeting_id varchar(255),
        videosdk_token text check (videosdk_token is null),
        scheduled_at timestamptz,
        scheduled_duration_minutes integer not null default 60 check (scheduled_duration_minutes >= 1),
        started_at timestamptz,
        ended_at timestamptz,
        candidate_consent_given boolean not null default false,
        candidate_consent_timestamp timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        version integer not null default 1,
        unique (company_id, external_interview_id, round_number)
      )`);
    this.addSql(
      `comment on column rounds.interview_rounds.videosdk_token is 'Always null: tokens are minted at each request'`,
    );
    this.addSql(`create index on rounds.interview_rounds (company_id, scheduled_at desc nulls last, id desc)`);
    this.addSql(`create index on rounds.interview_rounds (company_id, updated_at, id)`);
    this.addSql(`create index on rounds.interview_rounds (company_id, external_candidate_id)`);
    this.addSql(`create index on rounds.interview_rounds (company_id, external_interviewer_id)`);
    this.addSql(`
      create table rounds.round_questions (
        id uuid primary key default gen_random_uuid(),
        round_id uuid not null references rounds.interview_rounds (id) on delete cascade,
        company_id varchar(255) not null,
        text text not null,
        asked_at timestamptz not null
      )`);
    this.addSql(`create index on rounds.round_questions (round_id, asked_at)`);
    // Changes that Redis has yet to be told of, written in the transaction that makes the change.
    this.addSql(`
      create table rounds.round_changes (
        id bigint generated always as identity primary key,
        round_id uuid not null references rounds.interview_rounds (id) on delete cascade
      )`);
    this.addSql(`
      create view rounds.round_access as
        select id, company_id, external_candidate_id as candidate_id, external_interviewer_id as interviewer_id,
          status, interview_mode as mode, candidate_consent_given as consent_given,
          extract(epoch from started_at) * 1000 as started_at_ms
        from rounds.interview_rounds`);
    this.addSql(`grant usage on schema rounds to interview_resumes, interview_insights, interview_verdicts`);
    this.addSql(`grant select on rounds.round_access to interview_resumes, interview_insights, interview_verdicts`);
    this.addSql(`
      grant references (id) on rounds.interview_rounds to interview_resumes, interview_insights, interview_verdicts`);
  }

  override down(): void {
    this.addSql(`drop view rounds.round_access`);
    this.addSql(`drop table rounds.round_changes, rounds.round_questions, rounds.interview_rounds`);
    this.addSql(`drop type rounds.round_status, rounds.interview_mode, rounds.interview_round_type`);
  }
}
