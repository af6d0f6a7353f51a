import type { Metadata } from 'next';
import { connection } from 'next/server';
import { processorsFrom } from '../../../candidate/consent-wording';
import { RoundPage } from '../../../rounds/round-page';

export const metadata: Metadata = { title: 'Round' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await connection(); // the names are a setting of the running server
  const { id } = await params;
  return <RoundPage key={id} roundId={decodeURIComponent(id)} processors={processorsFrom(process.env)} />;
}
