import type { Metadata } from 'next';
import { NewRound } from '../../../rounds/new-round';

export const metadata: Metadata = { title: 'New round' };

export default function Page() {
  return <NewRound />;
}
