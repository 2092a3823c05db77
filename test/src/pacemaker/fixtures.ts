import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterState } from '../../../src/pacemaker/cluster-state.ts';
import { parseClusterState } from '../../../src/pacemaker/crm-mon.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');

/** A recorded output, e.g. `crm_mon/fenced.xml`; test/fixtures/crm_mon/README.md says how each was made. */
export function capture(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** What a recorded crm_mon says; throws where it says nothing. */
export async function recordedState(name: string): Promise<ClusterState> {
  const answer = await parseClusterState(capture(`crm_mon/${name}.xml`));
  if (answer.kind === 'unavailable') throw new Error(answer.message);
  return answer.state;
}
