import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MasterWord } from '../../../src/ganeti/noded-rpc.ts';
import type { Vote } from '../../../src/ganeti/votes.ts';
import { objectionOf, type Unheard, type Word } from '../../../src/sweep/unheard-voters.ts';

const NODES = ['h1', 'h2', 'h3', 'h4'];
const SILENT: Vote['says'] = { kind: 'silent', reason: 'no answer' };
const MINE = 12;

function confd(master: string, serial: number): Vote['says'] {
  return { kind: 'answered', master, serial };
}

function names(master: string): MasterWord {
  return { kind: 'names', master };
}

/** H1 asks; whoever is not named is dead and fenced. */
function objection(
  words: Readonly<Record<string, Omit<Word, 'voter'>>>,
  { offline = [], ...unheard }: Partial<Unheard> & { readonly offline?: readonly string[] },
): string | undefined {
  const heard = Object.entries(words).map(([voter, word]) => ({ voter, ...word }));
  const all = { mute: [], absent: [], living: new Set(['h1']), ...unheard };
  const reason = objectionOf(heard, all, { nodeList: NODES, offlineNodes: offline }, 'h1', MINE);
  return reason && `${reason.code} ${reason.what}; ${reason.remedy}`;
}

describe('a node that is no member and not proven dead', () => {
  const absent = ['h2'];

  it('forbids nothing where it is silent', () => {
    assert.equal(objection({ h2: { says: SILENT, noded: { kind: 'silent' } } }, { absent }), undefined);
  });

  it('forbids nothing where it names the one that asks, or a dead master', () => {
    for (const master of ['h1', 'h4']) {
      const words = { h2: { says: confd(master, MINE), noded: names(master) } };
      assert.equal(objection(words, { absent }), undefined);
    }
  });

  it('forbids it with newer configuration', () => {
    const words = { h2: { says: confd('h1', MINE + 1), noded: names('h1') } };
    assert.match(
      objection(words, { absent }) ?? '',
      /^GNH103 h2 .* \(serial 13, here 12\); Let h2 take the role\.$/,
    );
  });

  it('forbids it where it names itself, also with older configuration: mine may have reached nobody', () => {
    for (const says of [SILENT, confd('h2', MINE), confd('h2', MINE - 1)])
      assert.match(
        objection({ h2: { says, noded: names('h2') } }, { absent }) ?? '',
        /^GNH105 h2 .* names itself as/,
      );
    const byConfd = { h2: { says: confd('h2', MINE), noded: { kind: 'silent' } } } as const;
    assert.match(objection(byConfd, { absent }) ?? '', /names itself.*; Start Pacemaker on h2\.$/);
  });

  it('forbids it where it lives and does not take the one that asks for a candidate', () => {
    const words = { h2: { says: SILENT, noded: { kind: 'refuses' } } } as const;
    assert.match(objection(words, { absent }) ?? '', /^GNH105 h2 .* lives, and does not take this node/);
  });

  it('forbids it where it names another that is no member and not proven dead', () => {
    const words = {
      h2: { says: SILENT, noded: names('h3') },
      h3: { says: SILENT, noded: { kind: 'silent' } },
    } as const;
    assert.match(objection(words, { absent: ['h2', 'h3'] }) ?? '', /^GNH105 h2 .* names h3 as master;/);
  });
});

describe('several nodes that are not heard in the vote', () => {
  it('forbid it by the newest configuration among them, before any doubt', () => {
    const words = {
      h2: { says: SILENT, noded: names('h2') },
      h3: { says: confd('h3', MINE + 1), noded: names('h3') },
      h4: { says: confd('h3', MINE + 2), noded: names('h3') },
    };
    assert.match(objection(words, { absent: ['h2', 'h3', 'h4'] }) ?? '', /^GNH103 h4 .*Let h4 take/);
  });
});

describe('a node that was taken out of service, and is no member', () => {
  const gone = { absent: ['h2'], offline: ['h2'] };

  it('is as old as its files: what it names with older configuration, or refuses, forbids nothing', () => {
    const old = { h2: { says: confd('h2', MINE - 1), noded: names('h2') } };
    assert.equal(objection(old, gone), undefined);
    assert.equal(objection({ h2: { says: SILENT, noded: { kind: 'refuses' } } }, gone), undefined);
  });

  it('does not forbid it for a master of before that lives', () => {
    const words = { h2: { says: SILENT, noded: names('h3') } };
    assert.equal(objection(words, { ...gone, living: new Set(['h1', 'h3']) }), undefined);
  });

  it('forbids it where it names itself and nobody knows with what configuration', () => {
    assert.match(objection({ h2: { says: SILENT, noded: names('h2') } }, gone) ?? '', /names itself/);
  });

  it('forbids it where the dead master that it names would win the vote with its help', () => {
    const words = {
      h2: { says: SILENT, noded: names('h4') },
      h3: { says: SILENT, noded: names('h4') },
    };
    const both = { absent: ['h2', 'h3'], offline: ['h2', 'h3'] };
    assert.match(
      objection(words, both) ?? '',
      /^GNH105 h4 would win Ganeti's vote .* by the word of h2, h3;/,
    );
  });
});

describe('a member that is offline by files which may be old', () => {
  const mute = { mute: ['h2'], offline: ['h2'], living: new Set(['h1', 'h2']) };

  it('forbids it where it tells nothing', () => {
    for (const kind of ['silent', 'refuses'] as const)
      assert.match(objection({ h2: { says: SILENT, noded: { kind } } }, mute) ?? '', /does not tell whom/);
  });

  it('does not forbid it with older configuration, or naming a dead master', () => {
    const old = { h2: { says: confd('h2', MINE - 1), noded: names('h2') } };
    assert.equal(objection(old, mute), undefined);
    assert.equal(objection({ h2: { says: SILENT, noded: names('h4') } }, mute), undefined);
  });

  it('forbids it with newer configuration, and need not be the one to have the role: it may have written alone', () => {
    const words = { h2: { says: confd('h2', MINE + 1), noded: names('h2') } };
    assert.match(objection(words, mute) ?? '', /^GNH103 h2 .*; Bring the newest master back\.$/);
  });
});
