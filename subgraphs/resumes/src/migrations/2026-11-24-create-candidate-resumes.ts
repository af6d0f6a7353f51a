import { Migration } from '@mikro-orm/migrations';

/** The guide's `candidate_resumes`: what was read from a resume file. It goes with its file and with its round. */
export class CreateCandidateResumes extends Migration {
  override up(): void {
    this.addSql(`
      create table resumes.candidate_resumes (
        id uuid primary key default gen_random_uuid(),
        resume_id uuid not null unique references resumes.candidate_resume_files (id) on delete cascade,
        external_candidate_id varchar(255) not null,
        round_id uuid not null unique references rounds.interview_rounds (id) on delete cascade,
        company_id varchar(255) not null,
        resume_json jsonb,
        key_facts jsonb,
        parse_error text,
        read_at timestamptz,
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`comment on column resumes.candidate_resumes.resume_json is 'The text of the file: {"text": …}'`);
    this.addSql(`comment on column resumes.candidate_resumes.read_at is 'Null: the file is still to be read'`);
    this.addSql(`create index on resumes.candidate_resumes (next_attempt_at) where read_at is null`);
    // What was uploaded before there was a reader is read too.
    this.addSql(`
      insert into resumes.candidate_resumes (resume_id, external_candidate_id, round_id, company_id)
      select id, external_candidate_id, round_id, company_id from resumes.candidate_resume_files`);
  }

  override down(): void {
    this.addSql(`drop table resumes.candidate_resumes`);
  }
}
