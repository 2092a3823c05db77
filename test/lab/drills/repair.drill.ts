// A host dies with its instances: without a human those that may be repaired run on others, and no data is lost.
import assert from 'node:assert/strict';
import { marksOn, readFromDisk, writeToDisk } from '../disks.ts';
import {
  addInstances,
  instances,
  type LabInstance,
  masterOf,
  type NewInstance,
  withBlockStorage,
} from '../instances.ts';
import { NotYet } from '../lab.ts';
import { movedAt, ranTwice, runsOn } from '../running.ts';
import { failoverMoments, waitForOffline } from '../timeline.ts';
import { bringBack, drillsOn, type Scene } from './drill-lab.ts';

const { drill } = drillsOn({ hosts: 4 });

const PREFIX = 'ganeti:watcher:autorepair:';

/**
 * Longer than it may take from the kill to the last result: Ganeti's allocator gives no room to a reinstallation while
 * a mirror lacks its secondary, and that is tried again five minutes later, or at the next look after that.
 */
const PATIENCE_MS = 700_000;

drill(
  'a killed host: its instances run on others where their tags allow it, and nothing is lost that they do not give up',
  async (scene) => {
    const { lab, mark, check, t } = scene;
    const master = await masterOf(lab);
    const [other = '', third = '', victim = ''] = lab.hosts.filter((host) => host !== master);
    await withBlockStorage(lab);
    const cast = castOn(victim, other, third);
    await addInstances(lab, cast);
    for (const one of cast.filter(hasData)) await writeToDisk(lab, one.host, one.name, dataOf(one.name));
    await lab.exec(master, ['gnt-cluster', 'add-tags', `${PREFIX}failover`]);
    const before = await instances(lab);

    const killed = Date.now() / 1000;
    await lab.kill(victim);
    await waitForOffline(lab, victim, mark.since, 90_000);
    const now = await lab.waitFor(
      'every repair to have its result',
      async () => {
        const all = await instances(lab, master);
        const open = REPAIRED.filter((name) => resultsOf(all.get(name)).length === 0);
        return open.length === 0 ? all : new NotYet(open.map((name) => tell(all.get(name))).join('; '));
      },
      PATIENCE_MS,
      1_000,
    );
    tellRepairs(scene, victim, killed);
    await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });

    for (const name of ['shared', 'bare', 'mirror', 'scratch']) {
      assert.notEqual(now.get(name)?.host, victim, `${name} has another primary`);
      assert.deepEqual(runsOn(lab, name), [now.get(name)?.host], `${name} runs there and nowhere else`);
    }
    assert.notEqual(now.get('stopped')?.host, victim);
    assert.deepEqual(runsOn(lab, 'stopped'), [], 'what was stopped has moved and stays stopped');
    assert.deepEqual(runsOn(lab, 'second'), [other], 'what only lost its mirror was not moved');
    for (const name of ['mirror', 'second']) {
      const { secondary } = now.get(name) ?? assert.fail(name);
      assert.ok(secondary !== undefined && secondary !== victim, `${name} has a new secondary`);
      assert.equal(await readFromDisk(lab, secondary, name), dataOf(name), `${name} is mirrored there`);
    }
    for (const [name, type] of Object.entries(DONE))
      assert.match(resultsOf(now.get(name)).join(), new RegExp(`^${type}:[^:]+:\\d+:success:[\\d+]+$`), name);

    for (const name of ['shared', 'stopped', 'mirror', 'second']) {
      const { host = '' } = now.get(name) ?? {};
      assert.equal(await readFromDisk(lab, host, name), dataOf(name), `${name} has its data`);
    }
    const { host: anew = '' } = now.get('scratch') ?? {};
    assert.equal(await readFromDisk(lab, anew, 'scratch'), '', 'scratch begins with an empty disk');

    for (const [name, type] of Object.entries(NOT_ALLOWED)) {
      assert.match(resultsOf(now.get(name)).join(), new RegExp(`^${type}:[^:]+:\\d+:enoperm:$`), name);
      assert.equal(now.get(name)?.host, victim, `${name} was left where it was`);
    }
    for (const name of ['suspended', 'elsewhere'])
      assert.deepEqual(now.get(name), before.get(name), `${name} is as it was, its tags too`);
    for (const name of ['local', 'scratch'])
      assert.ok(marksOn(lab, victim).includes(dataOf(name)), `the data of ${name} lie on the dead host`);

    const later = await instances(lab, master);
    assert.deepEqual(tagsOf(later, 'local'), tagsOf(now, 'local'), 'enoperm is noted once');
    t.diagnostic(`${(await lab.gntJobs(master)).length} jobs in the queue`);
    await bringBack(lab, victim);
    assert.equal(await readFromDisk(lab, victim, 'local'), dataOf('local'), 'local has its data again');
    assert.deepEqual(ranTwice(lab, killed), [], 'instances that ran on two hosts at once');
    return { fenced: [victim], offlined: [victim] };
  },
);

/** What each needed. */
const DONE = {
  ...{ shared: 'failover', stopped: 'failover', bare: 'failover', mirror: 'failover' },
  ...{ second: 'fix-storage', scratch: 'reinstall' },
};

/** What each would need. */
const NOT_ALLOWED = { local: 'reinstall', timid: 'failover' };

const REPAIRED = [...Object.keys(DONE), ...Object.keys(NOT_ALLOWED)];

function castOn(victim: string, other: string, third: string): readonly NewInstance[] {
  return [
    { name: 'shared', template: 'sharedfile', host: victim },
    { name: 'stopped', template: 'sharedfile', host: victim, up: false },
    { name: 'bare', template: 'diskless', host: victim },
    { name: 'mirror', template: 'drbd', host: victim, secondary: other },
    { name: 'second', template: 'drbd', host: other, secondary: victim },
    { name: 'scratch', template: 'file', host: victim, tags: [`${PREFIX}reinstall`] },
    { name: 'local', template: 'plain', host: victim },
    { name: 'timid', template: 'sharedfile', host: victim, tags: [`${PREFIX}fix-storage`] },
    { name: 'suspended', template: 'diskless', host: victim, tags: [`${PREFIX}suspend`] },
    { name: 'elsewhere', template: 'file', host: third },
  ];
}

function hasData({ template, up = true }: NewInstance): boolean {
  return template !== 'diskless' && (up || template === 'sharedfile');
}

function dataOf(name: string): string {
  return `data of ${name}`;
}

function tagsOf(all: ReadonlyMap<string, LabInstance>, name: string): readonly string[] {
  return all.get(name)?.tags ?? [];
}

/** Without the prefix: type, id, time, outcome and jobs. Empty as long as a repair of it is pending. */
function resultsOf(one: LabInstance | undefined): readonly string[] {
  const tags = (one?.tags ?? [])
    .filter((tag) => tag.startsWith(PREFIX))
    .map((tag) => tag.slice(PREFIX.length));
  if (tags.some((tag) => tag.startsWith('pending:'))) return [];
  return tags.filter((tag) => tag.startsWith('result:')).map((tag) => tag.slice('result:'.length));
}

function tell(one: LabInstance | undefined): string {
  return `${one?.name} on ${one?.host}: ${one?.tags.join(' ')}`;
}

/** From the kill to each instance's start, in seconds. */
function tellRepairs({ lab, t }: Scene, victim: string, killed: number): void {
  const { detected, fenced, marked } = failoverMoments(lab, victim, killed);
  const after = (moment: number | undefined) =>
    moment === undefined ? '-' : `${(moment - killed).toFixed(1)} s`;
  t.diagnostic(`killed; lost ${after(detected)}, fenced ${after(fenced)}, offline ${after(marked)}`);
  for (const name of ['shared', 'bare', 'mirror', 'scratch']) {
    const moved = movedAt(lab, name, victim, killed);
    t.diagnostic(`${name} runs on ${moved?.host ?? 'no other host'} after ${after(moved?.at)}`);
  }
}
