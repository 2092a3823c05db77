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

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const because = 'h2 was fenced (off, event 1)';
const submitted = { event: 'offline-submitted', node: 'h2.lab.test', job: 7, because };

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
      folder.ledger('h1', submitted);
      folder.event('watch', 'h1', 'offline_nodes', 'h2.lab.test');
    },
    expected: { offlined: ['h2'] },
  },
  {
    what: 'a node was marked offline that was not expected to be',
    happened: (folder) => folder.ledger('h1', submitted),
    fails: /our agents marked offline/,
  },
  {
    what: 'a node was marked offline without evidence',
    happened: (folder) => folder.ledger('h1', { ...submitted, because: 'h2 left' }),
    expected: { offlined: ['h2'] },
    fails: /the evidence/,
  },
  {
    what: "a node was marked offline on another node's evidence",
    happened: (folder) => folder.ledger('h1', { ...submitted, because: 'h1 was fenced (off, event 1)' }),
    expected: { offlined: ['h2'] },
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
