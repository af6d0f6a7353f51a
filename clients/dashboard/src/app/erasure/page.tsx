import type { Metadata } from 'next';
import { ErasurePage } from '../../oversight/erasure-page';

export const metadata: Metadata = { title: 'Erasure' };

/** `?id=`: an erasure that was asked for before. */
export default async function Page({ searchParams }: { searchParams: Promise<{ id?: string | string[] }> }) {
  const { id } = await searchParams;
  return <ErasurePage erasureId={typeof id === 'string' ? id : undefined} />;
}
