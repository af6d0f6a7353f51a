import { Migration } from '@mikro-orm/migrations';

/** The clock asks every few seconds which rounds should have begun: of all rounds only those that wait are looked at. */
export class FindNoShows extends Migration {
  override up(): void {
    this.addSql(`
      create index interview_rounds_waiting on rounds.interview_rounds (scheduled_at)
      where status in ('SCHEDULED', 'WAITING_FOR_CANDIDATE', 'WAITING_FOR_INTERVIEWER')`);
  }

  override down(): void {
    this.addSql('drop index rounds.interview_rounds_waiting');
  }
}
