import type { Metadata } from 'next';
import { LivePage } from '../../../live/live-page';

export const metadata: Metadata = { title: 'Live' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <LivePage key={id} roundId={decodeURIComponent(id)} />;
}
