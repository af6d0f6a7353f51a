import { Migration } from '@mikro-orm/migrations';

/** The guide's `candidate_resume_files`. That a round has one resume is the table's own rule. */
export class CreateResumeFiles extends Migration {
  override up(): void {
    this.addSql(`
      create table resumes.candidate_resume_files (
        id uuid primary key default gen_random_uuid(),
        external_candidate_id varchar(255) not null,
        round_id uuid not null unique references rounds.interview_rounds (id),
        company_id varchar(255) not null,
        file_name varchar(255) not null,
        file_path text not null unique,
        file_url text not null,
        mime_type varchar(255) not null,
        size_bytes integer not null check (size_bytes > 0),
        sha256 char(64) not null,
        wrapped_key bytea,
        created_at timestamptz not null default now()
      )`);
    this.addSql(
      `comment on column resumes.candidate_resume_files.file_path is 'The name of the file within the file store'`,
    );
    this.addSql(
      `comment on column resumes.candidate_resume_files.wrapped_key is 'Of the file''s own key; null: the file lies unencrypted'`,
    );
  }

  override down(): void {
    this.addSql(`drop table resumes.candidate_resume_files`);
  }
}
