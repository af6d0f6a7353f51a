import { Migration } from '@mikro-orm/migrations';

/** For what an ATS pages through, and for what the daily sweep looks for. */
export class SyncVerdicts extends Migration {
  override up(): void {
    this.addSql(`create index interview_verdicts_sync on verdicts.interview_verdicts (company_id, submitted_at, id)`);
    this.addSql(`create index interview_verdicts_submitted on verdicts.interview_verdicts (submitted_at)`);
  }

  override down(): void {
    this.addSql(`drop index verdicts.interview_verdicts_submitted, verdicts.interview_verdicts_sync`);
  }
}
