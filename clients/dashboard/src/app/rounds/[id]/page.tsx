import type { Metadata } from 'next';
import { RoundPage } from '../../../rounds/round-page';

export const metadata: Metadata = { title: 'Round' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <RoundPage key={id} roundId={decodeURIComponent(id)} />;
}
