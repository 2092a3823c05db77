import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChecks } from '../../../src/cli/decision-on-return.ts';
import type { KnownOfNodes } from '../../../src/cli/known-of-nodes.ts';
import { decisionOn } from '../../../src/cli/node-decision.ts';
import type { Rule, Verdict, VerdictKind } from '../../../src/evidence/verdict.ts';
import type { MarkedNode } from '../../../src/ganeti/luxi-marks.ts';
import type { LedgerEntry } from '../../../src/sweep/ledger.ts';

const NOW = 1_800_000_000_000;
const B = 'b.lab.test';

function seen(verdict: VerdictKind, ...rules: readonly Rule[]): Verdict {
  return { node: B, verdict, reasons: rules.map((rule) => ({ rule, text: rule })) };
}

const BACK = seen('alive', 'online');
const STANDBY = seen('alive', 'online', 'standby');
const DEAD = seen('fenced', 'fencing-proven');

function marked(changes: Partial<MarkedNode> = {}, marks: Partial<MarkedNode['marks']> = {}): MarkedNode {
  return {
    ...{ name: B, master: false, offline: false, drained: false, masterCandidate: true, masterCapable: true },
    ...{ powered: undefined, serial: 4, ...changes },
    marks: {
      ...{ drainedSerial: undefined, offlinedSerial: undefined, readmittedMs: undefined },
      ...{ tags: [], roleTags: [], ...marks },
    },
  };
}

const DRAINED = marked({ drained: true }, { drainedSerial: 4 });
const OFFLINE = marked({ offline: true }, { offlinedSerial: 4 });

interface Case {
  readonly verdict: Verdict;
  /** Undefined: luxid did not answer. */
  readonly node: MarkedNode | undefined;
  /** By ssconf; where luxid answers it is of the same opinion. */
  readonly offline?: boolean;
  readonly tags?: boolean;
  readonly queueDrained?: boolean;
  readonly onMaster?: boolean;
  readonly quorum?: boolean;
  readonly jobs?: readonly string[];
  readonly events?: readonly object[];
  /** How long all nodes have been as they are. */
  readonly steadyMs?: number;
}

/** The decision in three words. */
function decided(one: Case): string {
  const { verdict, node, tags = true, quorum = true, onMaster = true } = one;
  const jobs = (one.jobs ?? []).map((summary, id) => ({
    ...{ id, status: 'queued', summary: [summary], offlines: [], powers: [], source: undefined },
  }));
  const condition = verdict === BACK ? 'sound' : 'stopped';
  const known = {
    decisions: [
      verdict === DEAD
        ? { kind: 'offline', node: B, because: 'dead' }
        : { kind: 'nothing', node: B, why: verdict.verdict === 'left' ? 'left' : 'alive', text: '' },
    ],
    ssconf: { offlineNodes: (one.offline ?? node?.offline ?? true) ? [B] : [] },
    settings: { drainOnLeave: tags, onReturn: tags ? 'readmit' : 'hold', readmitAfterMs: 60_000 },
    view: { answer: { kind: 'ok', state: { quorum, maintenanceMode: false } }, verdicts: [verdict] },
    paused: undefined,
    told:
      node === undefined
        ? undefined
        : { facts: { jobs }, marked: [node], queueDrained: one.queueDrained === true },
    onMaster,
    entries: (one.events ?? []) as readonly LedgerEntry[],
    steadiness: {
      ...{ atMs: NOW, ring: 8 },
      nodes: { [B]: { condition, sinceMs: NOW - (one.steadyMs ?? 0) } },
    },
    nowMs: NOW,
  } as unknown as KnownOfNodes;
  const { about, kind, ...more } = decisionOn(verdict, known);
  return [about, kind, 'rule' in more ? more.rule : '-'].join(' ');
}

const failed = (what: string): object => ({
  ...{ at: NOW - 1_000, trigger: 'monitor', event: 'job-ended', node: B, job: 3, what, outcome: 'failed' },
});

describe('what is decided on a node that is back and offline in Ganeti', () => {
  const cases: readonly [string, Omit<Case, 'verdict'> & { readonly verdict?: Verdict }, string][] = [
    ['stays offline by default', { node: OFFLINE, tags: false }, 'return hold on-return'],
    ['is waited for', { node: OFFLINE }, 'return wait delay'],
    [
      'is taken back after its delay',
      { node: OFFLINE, steadyMs: 60_000 },
      'return readmit sound-long-enough',
    ],
    [
      'is not yet a member in full',
      { node: OFFLINE, verdict: seen('alive', 'pending') },
      'return hold joining',
    ],
    ['stays offline without quorum', { node: OFFLINE, quorum: false }, 'return hold no-quorum'],
    ['has a job', { node: OFFLINE, jobs: [`NODE_SET_PARAMS(${B})`] }, 'return nothing job-pending'],
    ['had a job that failed', { node: OFFLINE, events: [failed('readmit')] }, 'return hold job-failed'],
    ['is not known where luxid is silent', { node: undefined }, 'return hold ganeti-not-known'],
    ['is the master’s', { node: undefined, onMaster: false }, 'return nothing decided-on-master'],
    ['is dead again', { node: OFFLINE, verdict: DEAD }, 'death offline -'],
  ];
  for (const [what, one, words] of cases)
    it(what, () => assert.equal(decided({ verdict: BACK, ...one }), words));

  it('is held by what its checks have found, and by nothing where there is none', () => {
    const decision = {
      about: 'return',
      node: B,
      kind: 'readmit',
      rule: 'sound-long-enough',
      text: '',
    } as const;
    assert.deepEqual(afterChecks(decision, []), decision);
    const { kind, rule, text } = afterChecks(decision, [{ text: 'its clock is wrong', remedy: 'Set it' }]);
    assert.deepEqual([kind, rule], ['hold', 'objection']);
    assert.match(text, /it stays so: its clock is wrong\. Set it$/);
  });
});

describe('what is decided on a living node that has left or is drained', () => {
  const cases: readonly [string, Case, string][] = [
    ['is drained', { verdict: STANDBY, node: marked() }, 'leave drain left-in-order'],
    [
      'is no more than alive without the tag',
      { verdict: STANDBY, node: marked(), tags: false },
      'death nothing alive',
    ],
    ['is not drained', { verdict: STANDBY, node: marked(), queueDrained: true }, 'leave hold queue-drained'],
    [
      'waits after a job that failed',
      { verdict: STANDBY, node: marked(), events: [failed('drain')] },
      'leave wait job-failed',
    ],
    ['stays drained', { verdict: STANDBY, node: DRAINED }, 'leave nothing not-back'],
    ['stays drained, gone', { verdict: seen('left', 'clean-stop'), node: DRAINED }, 'leave nothing not-back'],
    [
      'stays drained without the tag',
      { verdict: BACK, node: DRAINED, tags: false },
      'leave nothing tag-gone',
    ],
    [
      'stays so without the tag, away',
      { verdict: STANDBY, node: DRAINED, tags: false },
      'leave nothing tag-gone',
    ],
    [
      'is undrained without the tag by who drained it',
      {
        ...{ verdict: BACK, node: DRAINED, tags: false, steadyMs: 30_000 },
        events: [
          { at: NOW, trigger: 'notify', event: 'drain-submitted', node: 'c', job: 1, because: '' },
          {
            at: NOW,
            trigger: 'monitor',
            event: 'job-ended',
            node: 'c',
            job: 1,
            what: 'drain',
            outcome: 'success',
            text: '',
          },
        ],
      },
      'leave undrain back-in-service',
    ],
    [
      'is somebody else’s',
      { verdict: BACK, node: marked({ drained: true }), tags: false },
      'leave nothing others-drain',
    ],
    ['is undrained', { verdict: BACK, node: DRAINED, steadyMs: 30_000 }, 'leave undrain back-in-service'],
    ['is waited for', { verdict: BACK, node: DRAINED }, 'leave wait settling'],
    ['was changed', { verdict: BACK, node: { ...DRAINED, serial: 5 } }, 'leave hold changed-since'],
    ['is marked offline when it dies', { verdict: DEAD, node: DRAINED }, 'death offline -'],
    ['is alive and well', { verdict: BACK, node: marked() }, 'death nothing alive'],
  ];
  for (const [what, one, words] of cases) it(what, () => assert.equal(decided(one), words));
});

describe('where luxid is silent it is not known whether a node that has left is drained', () => {
  const left = { verdict: STANDBY, node: undefined, offline: false };
  it('which the master says', () => assert.equal(decided(left), 'leave hold ganeti-not-known'));
  it('and another host leaves to the master', () => {
    assert.equal(decided({ ...left, onMaster: false }), 'leave nothing decided-on-master');
  });
});
