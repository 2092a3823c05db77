import { configOn, ssconfMaster } from './ganeti-distribute.ts';
import { callNode, LIMIT_MS } from './ganeti-rpc.ts';
import { type Errand, ErrandOver, type Ganeti } from './ganeti-state.ts';

/** Undecided, the daemon asks again, and in the end gives up (src/Ganeti/Daemon/Utils.hs:57-117). */
const ASKS = 6;
const PAUSE_MS = 10_000;

/**
 * The vote of wconfd and of luxid at each start: all nodes are asked, also those that are offline. A noded
 * that hangs blocks the start for up to an hour.
 */
export async function winsVote(ganeti: Ganeti, errand: Errand): Promise<boolean> {
  const config = configOn(errand.at);
  if (config === undefined) return false;
  const me = errand.at.host.ganetiName;
  const names = Object.values(config.nodes).map(({ name }) => name);
  for (let asked = 1; ; asked++) {
    const answers = await Promise.all(
      names.map((name) => callNode(ganeti, errand, ganeti.named(name), ssconfMaster, LIMIT_MS.slow)),
    );
    const given = answers.flatMap((answer) => (answer.kind === 'ok' ? [answer.value] : []));
    const mine = given.filter((name) => name === me).length;
    if (2 * mine > names.length) return true;
    if (2 * (mine + names.length - given.length) <= names.length || asked >= ASKS) return false;
    await errand.sleep(PAUSE_MS);
  }
}

export interface Poll {
  /** How many nodes were asked, and how many said anything. */
  readonly asked: number;
  readonly answered: number;
  /** Whom most of them name. */
  readonly winner: string | undefined;
}

/** What `gnt-cluster master-failover` asks (lib/bootstrap.py, _GatherMasterVotes). */
export async function pollNodes(ganeti: Ganeti, errand: Errand, names: readonly string[]): Promise<Poll> {
  const answers = await Promise.all(
    names.map((name) => callNode(ganeti, errand, ganeti.named(name), ssconfMaster)),
  );
  if (!errand.alive()) throw new ErrandOver();
  const counts = new Map<string, number>();
  let answered = 0;
  for (const answer of answers) {
    if (answer.kind !== 'ok' || answer.value === undefined) continue;
    answered++;
    counts.set(answer.value, (counts.get(answer.value) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  return { asked: names.length, answered, winner: first?.[0] };
}
