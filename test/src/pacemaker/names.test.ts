import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mapNames, type NamedNode, type NameMatch } from '../../../src/pacemaker/names.ts';

function node(name: string, ganetiName?: string): NamedNode {
  return { name, attributes: ganetiName === undefined ? {} : { 'ganeti-name': ganetiName } };
}

function match(nodes: readonly NamedNode[], names: readonly string[], name: string): NameMatch | undefined {
  return mapNames(nodes, names).byGaneti.get(name);
}

const ABC = ['a.example.com', 'b.example.com', 'c.example.com'];

describe('finding the Pacemaker node of a Ganeti node', () => {
  it('takes the exact name', () => {
    assert.deepEqual(match([node('a.example.com')], ABC, 'a.example.com'), {
      kind: 'mapped',
      pacemaker: 'a.example.com',
      how: 'exact',
    });
  });

  it('ignores case, which neither Ganeti nor Pacemaker distinguishes', () => {
    assert.partialDeepStrictEqual(match([node('A.Example.COM')], ABC, 'a.example.com'), {
      pacemaker: 'A.Example.COM',
      how: 'exact',
    });
  });

  it('takes the short name where it is unique', () => {
    assert.partialDeepStrictEqual(match([node('a'), node('b')], ABC, 'b.example.com'), {
      pacemaker: 'b',
      how: 'short',
    });
  });

  it('lets the attribute decide where the short name fits two nodes of Ganeti', () => {
    const names = ['a.north.example.com', 'a.south.example.com'];
    const nodes = [node('a', 'a.south.example.com')];
    assert.deepEqual(match(nodes, names, 'a.south.example.com'), {
      kind: 'mapped',
      pacemaker: 'a',
      how: 'attribute',
    });
    assert.equal(match(nodes, names, 'a.north.example.com')?.kind, 'none');
    assert.equal(match([node('a')], names, 'a.south.example.com')?.kind, 'ambiguous');
  });

  it('takes the attribute where no name fits', () => {
    assert.partialDeepStrictEqual(match([node('host17', 'c.example.com')], ABC, 'c.example.com'), {
      pacemaker: 'host17',
      how: 'attribute',
    });
  });

  it('prefers the exact name, and then does not take the same node by its short name', () => {
    const nodes = [node('a'), node('a.example.com')];
    assert.partialDeepStrictEqual(match(nodes, ABC, 'a.example.com'), {
      pacemaker: 'a.example.com',
      how: 'exact',
    });
    assert.equal(match([node('a')], ['a', 'a.example.com'], 'a.example.com')?.kind, 'none');
  });
});

describe('a name that is not certain maps to nothing', () => {
  it('two Pacemaker nodes that differ in case only', () => {
    assert.equal(match([node('A'), node('a')], ABC, 'a.example.com')?.kind, 'ambiguous');
  });

  it('two Ganeti nodes with the same short name', () => {
    const names = ['a.example.com', 'a.example.org'];
    assert.equal(match([node('a')], names, 'a.example.com')?.kind, 'ambiguous');
    assert.equal(match([node('a')], names, 'a.example.org')?.kind, 'ambiguous');
  });

  it('full names of different domains', () => {
    assert.equal(match([node('a.example.org')], ABC, 'a.example.com')?.kind, 'none');
  });

  it('two nodes whose attributes claim the same Ganeti node', () => {
    const nodes = [node('x', 'a.example.com'), node('y', 'a.example.com')];
    assert.equal(match(nodes, ABC, 'a.example.com')?.kind, 'ambiguous');
  });

  it('a node whose attribute says that it is another one', () => {
    const found = match([node('a', 'b.example.com')], ABC, 'a.example.com');
    assert.equal(found?.kind, 'ambiguous');
    assert.match(
      found?.kind === 'ambiguous' ? found.text : '',
      /its attribute ganeti-name says b\.example\.com/,
    );
  });

  it('an attribute that is empty', () => {
    assert.equal(match([node('x', ' ')], ABC, 'a.example.com')?.kind, 'none');
  });

  it('empty names on either side', () => {
    const map = mapNames([node('')], ['', 'a.example.com']);
    assert.deepEqual([...map.byGaneti.keys()], ['a.example.com']);
    assert.deepEqual(map.notGanetis, []);
  });
});

describe('Pacemaker nodes that are not Ganeti nodes', () => {
  it('are named', () => {
    assert.deepEqual(mapNames([node('a'), node('quorum-only')], ABC).notGanetis, ['quorum-only']);
  });
});

describe('for all clusters', () => {
  const label = fc.constantFrom('a', 'A', 'b', 'n1', '');
  const name = fc.tuple(label, fc.constantFrom('', '.x', '.y', '.X')).map(([host, domain]) => host + domain);
  const nodes = fc.array(fc.record({ name, claim: fc.option(name, { nil: undefined }) }), { maxLength: 6 });

  it('a mapped node has a name, and no other Ganeti node is mapped to it', () => {
    fc.assert(
      fc.property(nodes, fc.array(name, { maxLength: 6 }), (drawn, names) => {
        const { byGaneti } = mapNames(
          drawn.map((each) => node(each.name, each.claim)),
          names,
        );
        const mapped = [...byGaneti].flatMap(([ganeti, found]) =>
          found.kind === 'mapped' ? [[ganeti.toLowerCase(), found.pacemaker.toLowerCase()] as const] : [],
        );
        assert.ok(mapped.every(([ganeti, pacemaker]) => ganeti !== '' && pacemaker !== ''));
        const owners = new Map<string, Set<string>>();
        for (const [ganeti, pacemaker] of mapped)
          owners.set(pacemaker, new Set([...(owners.get(pacemaker) ?? []), ganeti]));
        assert.ok([...owners.values()].every((set) => set.size === 1));
      }),
    );
  });
});
