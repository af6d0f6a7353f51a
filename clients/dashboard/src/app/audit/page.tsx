import type { Metadata } from 'next';
import { AuditPage } from '../../oversight/audit-page';

export const metadata: Metadata = { title: 'Audit log' };

/** `?round=`: the log of that round. */
export default async function Page({ searchParams }: { searchParams: Promise<{ round?: string | string[] }> }) {
  const { round } = await searchParams;
  return <AuditPage roundId={typeof round === 'string' ? round : ''} />;
}
