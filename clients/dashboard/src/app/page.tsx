import { RoundList } from '../rounds/round-list';

export default function Page() {
  return <RoundList />;
}
