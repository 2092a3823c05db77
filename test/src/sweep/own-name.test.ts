import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownName } from '../../../src/sweep/own-name.ts';
import { makeMachine } from '../ganeti/machine.ts';

const NODES = ['h1.lab.test', 'h2.lab.test', 'h2.other.test', 'short'];

function cib(name: string, value: string): string {
  return `<cib><configuration><nodes><node id="1" uname="${name}"><instance_attributes id="i"><nvpair id="n" name="ganeti-name" value="${value}"/></instance_attributes></node></nodes></configuration></cib>`;
}

async function nameOf(
  onNode: string | undefined,
  nodename = 'nodename',
  attribute?: readonly [string, string],
): Promise<string | undefined> {
  const machine = makeMachine();
  try {
    if (attribute !== undefined) machine.put('/var/lib/pacemaker/cib/cib.xml', cib(...attribute));
    const own = await ownName(machine.withHost({ nodename }), { onNode }, NODES);
    if (own.kind === 'unknown') assert.match(own.text, /crm_attribute --node \S+ --name ganeti-name/);
    return own.kind === 'known' ? own.name : undefined;
  } finally {
    machine.close();
  }
}

test('the name is found exactly, in any case, by its short form and as the short form of a long one', async () => {
  assert.equal(await nameOf('h1.lab.test'), 'h1.lab.test');
  assert.equal(await nameOf('H1.LAB.TEST'), 'h1.lab.test');
  assert.equal(await nameOf('h1'), 'h1.lab.test');
  assert.equal(await nameOf('short.lab.test'), 'short');
});

test('a short name that two nodes share is nobody’s', async () =>
  assert.equal(await nameOf('h2'), undefined));

test('a full name of another domain is not taken for a node', async () => {
  assert.equal(await nameOf('h1.elsewhere.test'), undefined);
});

test('the attribute ganeti-name decides where no name matches', async () => {
  assert.equal(await nameOf('pcmk-1', 'x', ['pcmk-1', 'h1.lab.test']), 'h1.lab.test');
  assert.equal(await nameOf('pcmk-2', 'x', ['pcmk-1', 'h1.lab.test']), undefined);
  assert.equal(await nameOf('pcmk-1', 'x', ['pcmk-1', 'nobody']), undefined);
});

test('where Pacemaker tells no name, uname does', async () => {
  assert.equal(await nameOf(undefined, 'h1'), 'h1.lab.test');
  assert.equal(await nameOf(undefined, 'localhost'), undefined);
});
