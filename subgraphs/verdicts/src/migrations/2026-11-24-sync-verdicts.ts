import { Migration } from '@mikro-orm/migrations';

/** What an ATS pages through, what the daily sweep looks for, and that a verdict goes with its round. */
export class SyncVerdicts extends Migration {
  override up(): void {
    this.addSql(`create index interview_verdicts_sync on verdicts.interview_verdicts (company_id, submitted_at, id)`);
    this.addSql(`create index interview_verdicts_submitted on verdicts.interview_verdicts (submitted_at)`);
    this.addSql(`
      alter table verdicts.interview_verdicts
        drop constraint interview_verdicts_round_id_fkey,
        add constraint interview_verdicts_round_id_fkey
          foreign key (round_id) references rounds.interview_rounds (id) on delete cascade`);
  }

  override down(): void {
    this.addSql(`
      alter table verdicts.interview_verdicts
        drop constraint interview_verdicts_round_id_fkey,
        add constraint interview_verdicts_round_id_fkey foreign key (round_id) references rounds.interview_rounds (id)`);
    this.addSql(`drop index verdicts.interview_verdicts_submitted, verdicts.interview_verdicts_sync`);
  }
}
