// The invariants must be able to fail: folders of labs in which something bad happened.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Lab, labAt } from '../lab.ts';
import { checkHistory, type Expected, type Mark, markNow } from './invariants.ts';

const LOG = 'Nov 21 02:34:05.776 h1 pacemaker-controld  [151] (log_executor_event) \tnotice: ';

/** The folder of a lab of two hosts that never ran. */
class Folder {
  readonly lab: Lab;
  readonly mark: Mark;
  readonly #dir = mkdtempSync(join(tmpdir(), 'ganeti-ha-drill-'));

  constructor() {
    this.lab = labAt(this.#dir);
    this.put('run/config.json', JSON.stringify({ hosts: ['h1', 'h2'], layers: {} }));
    this.log('h1', 'Result of stop operation for ganeti-node on h1: error (of an earlier drill) | rc=1');
    this.mark = markNow(this.lab);
  }

  put(path: string, text: string): void {
    const file = join(this.#dir, path);
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, text);
  }

  log(host: string, text: string): void {
    this.put(`disks/${host}/upper/var/log/pacemaker/pacemaker.log`, `${LOG}${text}\n`);
  }

  event(by: 'watch' | 'lab', host: string, event: string, value = '', later = 0): void {
    const line = JSON.stringify({ t: this.mark.since + 1 + later, host, by, event, value });
    this.put(by === 'lab' ? 'run/timeline' : `shared/${host}/timeline`, `${line}\n`);
  }

  ledger(host: string, entry: object): void {
    const line = JSON.stringify({ at: (this.mark.since + 1) * 1000, trigger: 'monitor', ...entry });
    this.put(`disks/${host}/upper/var/lib/ganeti-ha/ledger.jsonl`, `${line}\n`);
  }

  /** In Ganeti's queue. */
  job(host: string, id: number, later: number, ...ops: readonly object[]): void {
    const seconds = Math.floor(this.mark.since + 1 + later);
    const input = { reason: [['ocf:ganeti:ganeti-node', '', 1]] };
    const job = {
      id,
      received_timestamp: [seconds, 0],
      ops: ops.map((op) => ({ input: { ...input, ...op }, status: 'success' })),
    };
    this.put(`disks/${host}/upper/var/lib/ganeti/queue/job-${id}`, JSON.stringify(job));
  }

  /** h2 is lost and fenced, and then marked offline by h1. */
  marked(entry: object = submitted): void {
    this.event('watch', 'h1', 'membership', 'h2 lost');
    this.event('lab', 'h2', 'bmc-done', 'off', 1);
    this.job('h1', 7, 3, OFFLINE);
    this.ledger('h1', entry);
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const because = 'h2 was fenced (off, event 1)';
const submitted = { event: 'offline-submitted', node: 'h2.lab.test', job: 7, because };

const OFFLINE = { OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h2.lab.test', offline: true };

interface Case {
  readonly what: string;
  readonly happened: (folder: Folder) => void;
  readonly expected?: Expected;
  /** Undefined: all is well. */
  readonly fails?: RegExp;
}

const CASES: readonly Case[] = [
  { what: 'nothing happened', happened: () => undefined },
  {
    what: 'a host was fenced that nobody killed',
    happened: (folder) => folder.event('lab', 'h2', 'bmc-done', 'off'),
    fails: /hosts that were fenced/,
  },
  {
    what: 'an expected fencing did not happen',
    happened: () => undefined,
    expected: { fenced: ['h2'] },
    fails: /hosts that were fenced/,
  },
  {
    what: 'the fence device was only asked for its status',
    happened: (folder) => folder.event('lab', 'h2', 'bmc-done', 'status'),
  },
  {
    what: 'a proven dead node was marked offline as expected',
    happened: (folder) => {
      folder.marked();
      folder.event('watch', 'h1', 'offline_nodes', 'h2.lab.test', 4);
    },
    expected: { fenced: ['h2'], offlined: ['h2'] },
  },
  {
    what: 'a node was marked offline that was not expected to be',
    happened: (folder) => folder.marked(),
    expected: { fenced: ['h2'] },
    fails: /our agents marked offline/,
  },
  {
    what: "a node was marked offline without a word in any ledger, by Ganeti's queue",
    happened: (folder) => folder.job('h1', 7, 3, OFFLINE),
    fails: /our jobs in Ganeti's queue mark offline/,
  },
  {
    what: 'a job of somebody else marked a node offline',
    happened: (folder) => folder.job('h1', 7, 3, { ...OFFLINE, reason: [['gnt:client:gnt-node', '', 1]] }),
  },
  {
    what: 'a job was handed in before the drill began',
    happened: (folder) => folder.job('h1', 7, -60, OFFLINE),
  },
  {
    what: 'a node was marked offline before its fence device had done anything',
    happened: (folder) => {
      folder.event('watch', 'h1', 'membership', 'h2 lost');
      folder.event('lab', 'h2', 'bmc-done', 'off', 5);
      folder.job('h1', 7, 3, OFFLINE);
      folder.ledger('h1', submitted);
    },
    expected: { fenced: ['h2'], offlined: ['h2'] },
    fails: /job 7 marked h2 offline before its fence device had done anything/,
  },
  {
    what: 'a node was marked offline that the host which did it had not lost',
    happened: (folder) => {
      folder.event('watch', 'h2', 'membership', 'h1 lost');
      folder.event('lab', 'h2', 'bmc-done', 'off');
      folder.job('h1', 7, 3, OFFLINE);
      folder.ledger('h1', submitted);
    },
    expected: { fenced: ['h2'], offlined: ['h2'] },
    fails: /job 7 marked h2 offline, which h1 had not lost/,
  },
  {
    what: 'a job named no node',
    happened: (folder) => folder.job('h1', 7, 3, { OP_ID: 'OP_NODE_POWERCYCLE' }),
    fails: /job 7 names "", which is no node of the cluster/,
  },
  {
    what: 'a job that is for no node, and one for a node and all instances, named nobody else',
    happened: (folder) => {
      folder.job('h1', 7, 3, { OP_ID: 'OP_CLUSTER_REDIST_CONF' });
      folder.job('h1', 8, 3, { OP_ID: 'OP_OOB_COMMAND', node_names: ['h2.lab.test'] });
    },
  },
  {
    what: 'a job for several named one that is no node',
    happened: (folder) =>
      folder.job('h1', 8, 3, { OP_ID: 'OP_OOB_COMMAND', node_names: ['h2.lab.test', 'h22.lab.test'] }),
    fails: /job 8 names "h22\.lab\.test"/,
  },
  {
    what: 'an instance was to go to a node that is none',
    happened: (folder) =>
      folder.job('h1', 8, 3, { OP_ID: 'OP_INSTANCE_FAILOVER', instance_name: 'web1', target_node: '' }),
    fails: /job 8 names ""/,
  },
  {
    what: 'a node was marked offline without evidence',
    happened: (folder) => folder.marked({ ...submitted, because: 'h2 left' }),
    expected: { fenced: ['h2'], offlined: ['h2'] },
    fails: /the evidence/,
  },
  {
    what: "a node was marked offline on another node's evidence",
    happened: (folder) => folder.marked({ ...submitted, because: 'h1 was fenced (off, event 1)' }),
    expected: { fenced: ['h2'], offlined: ['h2'] },
    fails: /the evidence/,
  },
  {
    what: 'a node was offline for a while without a word in any ledger',
    happened: (folder) => {
      folder.event('watch', 'h1', 'offline_nodes', 'h2.lab.test');
      folder.event('watch', 'h1', 'offline_nodes', '', 5);
    },
    fails: /offline for a while/,
  },
  {
    what: 'an agent timed out',
    happened: (folder) =>
      folder.log('h1', 'Result of notify operation for ganeti-node on h1: Timed Out after 60s'),
    fails: /ganeti-node notify on h1: Timed Out/,
  },
  {
    what: 'a recurring monitor lost the role',
    happened: (folder) =>
      folder.log('h1', 'Result of monitor operation for ganeti-master on h1: not running | rc=7'),
    fails: /not running/,
  },
  {
    what: 'what the promoted role needs failed',
    happened: (folder) =>
      folder.log(
        'h1',
        'Result of monitor operation for ganeti-master on h1: promoted (failed) (GNH111 x) | rc=9',
      ),
    fails: /promoted \(failed\)/,
  },
  {
    what: 'probes found nothing, a monitor was degraded and one cancelled',
    happened: (folder) => {
      folder.log('h1', 'Result of probe operation for ganeti-master on h1: not running | rc=7');
      folder.log('h1', 'Result of monitor operation for ganeti-node on h1: OCF_DEGRADED (GNH202 x) | rc=190');
      folder.log('h1', 'Result of monitor operation for ganeti-node on h1: Cancelled | call=7');
      folder.log('h1', 'Result of monitor operation for ganeti-master on h1: promoted | rc=8');
    },
  },
  {
    what: 'a failure was made by the drill itself',
    happened: (folder) =>
      folder.log('h1', 'Result of monitor operation for ganeti-node on h1: error (SIMULATED x)'),
    expected: { failures: [/^ganeti-node monitor on h1: error \(SIMULATED/] },
  },
  {
    what: 'Pacemaker saw the role on two nodes',
    happened: (folder) => folder.log('h1', 'error: Resource ganeti-master might be active on 2 nodes'),
    fails: /might be active on 2 nodes/,
  },
  {
    what: 'two masters worked side by side',
    happened: (folder) => {
      folder.event('watch', 'h1', 'luxid', 'answers', -30);
      folder.event('watch', 'h2', 'luxid', 'answers', 0);
      folder.event('watch', 'h1', 'luxid', 'silent', 4);
    },
    fails: /luxid answered on h1 and h2 at once/,
  },
  {
    what: 'the master moved, its end seen a second late',
    happened: (folder) => {
      folder.event('watch', 'h1', 'luxid', 'answers', -30);
      folder.event('watch', 'h2', 'luxid', 'answers', 0);
      folder.event('watch', 'h1', 'luxid', 'silent', 1);
    },
  },
  {
    what: "the master's power was cut",
    happened: (folder) => {
      folder.event('watch', 'h1', 'luxid', 'answers', -30);
      folder.event('lab', 'h1', 'power-off', '', 0);
      folder.event('watch', 'h2', 'luxid', 'answers', 9);
    },
  },
];

for (const { what, happened, expected = {}, fails } of CASES) {
  test(`the invariants ${fails === undefined ? 'hold' : 'are broken'} where ${what}`, () => {
    const folder = new Folder();
    try {
      happened(folder);
      const check = () => checkHistory(folder.lab, folder.mark, expected);
      if (fails === undefined) check();
      else assert.throws(check, fails);
    } finally {
      folder.remove();
    }
  });
}
