// The process that repairs is killed at each of its calls of luxid: whoever comes next finishes the repairs, once.
import assert from 'node:assert/strict';
import { addInstances, instances, type LabInstance, masterOf, type NewInstance } from '../instances.ts';
import type { GanetiJob, Lab } from '../lab.ts';
import { fullName } from '../network.ts';
import { ranTwice, runsOn } from '../running.ts';
import { waitForOffline } from '../timeline.ts';
import { bringBack, drillsOn } from './drill-lab.ts';

const { drill } = drillsOn({ hosts: 3 });

const PREFIX = 'ganeti:watcher:autorepair:';

interface Kind {
  readonly template: 'diskless' | 'file';
  /** What its tag allows. */
  readonly policy: 'failover' | 'reinstall';
  /** What its repair does once, as the job queue names it. */
  readonly opcode: string;
  /** How many there are: each is used up by a killed process. */
  readonly many: number;
}

/**
 * Between two calls that only read nothing changes, so `npm test` kills before every sixth of all calls, and at each that
 * submits; `DRILL_EVERY_CALL=1` kills before each.
 */
const STRIDE = process.env.DRILL_EVERY_CALL === '1' ? 1 : 6;

const MOVED: Kind = {
  template: 'diskless',
  policy: 'failover',
  opcode: 'INSTANCE_FAILOVER',
  many: STRIDE === 1 ? 60 : 24,
};
const MADE_ANEW: Kind = {
  template: 'file',
  policy: 'reinstall',
  opcode: 'INSTANCE_RECREATE_DISKS',
  many: 12,
};

drill(
  'repairs whose process is killed at any of its calls of luxid are finished by the next one, each once',
  async ({ lab, mark, t }) => {
    const master = await masterOf(lab);
    const [, victim = ''] = lab.hosts.filter((host) => host !== master);
    // Nobody repairs but the runs below, and they wait for nobody.
    const tags = ['ocf:repair:off', 'ocf:repair:max:100', 'ocf:repair:max-node:100'];
    await lab.exec(master, ['gnt-cluster', 'add-tags', ...tags]);
    // The allocator counts the CPUs also of instances that are down.
    await lab.exec(master, ['gnt-cluster', 'modify', '--ipolicy-vcpu-ratio=64']);
    const [toMove, toMakeAnew] = [castOf(MOVED, victim), castOf(MADE_ANEW, victim)];
    await addInstances(lab, [...toMove, ...toMakeAnew]);
    await lab.kill(victim);
    await waitForOffline(lab, victim, mark.since, 90_000);

    const killed: Killed[] = [];
    const killAtEach = async (kind: Kind, left: NewInstance[], kill: Omit<Kill, 'call'>) => {
      for (let call = 1; ; call += kill.method === '' ? STRIDE : 1) {
        const { name } = left.shift() ?? assert.fail(`call ${call} is not the last: too few instances`);
        await lab.exec(master, ['gnt-instance', 'add-tags', fullName(name), PREFIX + kind.policy]);
        const { cut, calls } = await repairKilled(lab, master, name, { ...kill, call });
        const how = `killed ${kill.when} ${kill.method} ${call} of ${calls.join(' ')}`;
        killed.push({ name, kind, how: cut ? how : 'never killed' });
        if (!cut)
          return t.diagnostic(`${kind.policy}, ${kill.when}: up to ${call - 1} of ${calls.join(' ')}`);
      }
    };
    // Before a call is also after the one before it, with its answer heard.
    await killAtEach(MOVED, toMove, { when: 'before', method: '', watch: [] });
    for (const [kind, left] of [[MOVED, toMove] as const, [MADE_ANEW, toMakeAnew] as const]) {
      // Once luxid has taken it, nobody has read the job's number.
      for (const when of ['before', 'after'] as const)
        await killAtEach(kind, left, { when, method: 'Submit', watch: ['--watch'] });
    }
    const next = await lab.exec(master, ['gnt-ha', 'repair', '--watch'], {
      check: false,
      timeoutMs: 600_000,
    });
    assert.equal(next.code, 0, `${next.stdout}${next.stderr}`);
    const all = await instances(lab, master);
    const jobs = await lab.gntJobs(master);
    for (const one of killed) assertRepairedOnce(lab, one, all, jobs);
    assert.deepEqual(ranTwice(lab, mark.since), [], 'instances that ran on two hosts at once');

    await lab.exec(master, ['gnt-cluster', 'remove-tags', ...tags]);
    await bringBack(lab, victim);
    return { fenced: [victim], offlined: [victim] };
  },
);

interface Kill {
  /** Counted from 1, of those that begin with `method`. */
  readonly call: number;
  readonly method: string;
  /** Luxid does not hear of it, or has answered and is not heard. */
  readonly when: 'before' | 'after';
  readonly watch: readonly string[];
}

interface Killed {
  readonly name: string;
  readonly kind: Kind;
  readonly how: string;
}

function castOf({ template, policy, many }: Kind, host: string): NewInstance[] {
  return Array.from({ length: many }, (_, index) => ({ name: `${policy}${index + 1}`, template, host }));
}

/** `cut`: it was killed before it came to its end. */
async function repairKilled(
  lab: Lab,
  master: string,
  name: string,
  { call, method, when, watch }: Kill,
): Promise<{ readonly calls: readonly string[]; readonly cut: boolean }> {
  const repair = ['gnt-ha', 'repair', ...watch, fullName(name)];
  const { stderr } = await lab.exec(master, ['luxi-cutter', `${call}`, when, method, ...repair], {
    timeoutMs: 120_000,
  });
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
}

function assertRepairedOnce(
  lab: Lab,
  { name, kind: { policy, opcode }, how }: Killed,
  all: ReadonlyMap<string, LabInstance>,
  jobs: readonly GanetiJob[],
): void {
  const own = jobs.filter(({ summary }) => summary.split(',').includes(`${opcode}(${fullName(name)})`));
  const statuses = own.map(({ status }) => status);
  assert.deepEqual(statuses, ['success'], `${name}, ${how}: ${opcode}`);
  const { tags = [], host } = all.get(name) ?? {};
  const others = tags.filter((tag) => tag !== PREFIX + policy).join(' ');
  assert.match(others, new RegExp(`^${PREFIX}result:${policy}:[^:]+:\\d+:success:\\d+$`), `${name}, ${how}`);
  assert.deepEqual(runsOn(lab, name), [host], `${name}, ${how}: it runs where Ganeti has it`);
}
