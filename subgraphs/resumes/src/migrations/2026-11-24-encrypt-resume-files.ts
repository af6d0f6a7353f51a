import { Migration } from '@mikro-orm/migrations';

/**
 * From here on every file has its own wrapped key. Files from before lie unencrypted and were given to no release: their
 * rows go, and the sweep of the store removes the files.
 */
export class EncryptResumeFiles extends Migration {
  override up(): void {
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
  }
}
