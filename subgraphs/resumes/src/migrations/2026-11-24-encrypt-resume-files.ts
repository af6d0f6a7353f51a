import { Migration } from '@mikro-orm/migrations';

/**
 * From here on every file has its own wrapped key. Files from before lie unencrypted: their rows wait beside the table
 * until `earlier-files.ts` has sealed them, at the subgraph's next start.
 */
export class EncryptResumeFiles extends Migration {
  override up(): void {
    this.addSql(`
      create table resumes.unencrypted_resume_files (
        id uuid primary key,
        external_candidate_id varchar(255) not null,
        round_id uuid not null references rounds.interview_rounds (id) on delete cascade,
        company_id varchar(255) not null,
        file_name varchar(255) not null,
        file_path text not null,
        file_url text not null,
        mime_type varchar(255) not null,
        size_bytes integer not null,
        sha256 char(64) not null,
        created_at timestamptz not null
      )`);
    this.addSql(`
      insert into resumes.unencrypted_resume_files
      select id, external_candidate_id, round_id, company_id, file_name, file_path, file_url, mime_type, size_bytes, sha256,
        created_at
      from resumes.candidate_resume_files where wrapped_key is null`);
    this.addSql('delete from resumes.candidate_resume_files where wrapped_key is null');
    this.addSql('alter table resumes.candidate_resume_files alter column wrapped_key set not null');
    this.addSql(
      `comment on column resumes.candidate_resume_files.wrapped_key is 'The file''s own key, wrapped by the master key that it names'`,
    );
    // Retention looks for the oldest.
    this.addSql('create index candidate_resume_files_by_age on resumes.candidate_resume_files (created_at)');
  }

  override down(): void {
    this.addSql('drop index resumes.candidate_resume_files_by_age');
    this.addSql('alter table resumes.candidate_resume_files alter column wrapped_key drop not null');
    this.addSql('drop table resumes.unencrypted_resume_files');
  }
}
