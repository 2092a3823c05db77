import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStringPromise } from 'xml2js';
import type { AgentDescription } from '../../../src/ocf/metadata.ts';
import { metadataXml } from '../../../src/ocf/metadata-xml.ts';

const AGENT: AgentDescription = {
  name: 'odd',
  shortdesc: 'a < b & "c"',
  longdesc: ['first > one', 'second'],
  parameters: [
    { name: 'p', shortdesc: 'P', longdesc: ['one line'], type: 'string', default: '"<&>"' },
    { name: 'q', shortdesc: 'Q', longdesc: ['one line'], type: 'integer' },
  ],
  actions: [
    { name: 'start', timeoutSeconds: 20 },
    { name: 'monitor', timeoutSeconds: 20, intervalSeconds: 10, depth: 0 },
  ],
  examples: { crmsh: '', pcs: '' },
};

describe('metadata XML', () => {
  const xml = metadataXml(AGENT);

  it('names no encoding, which crmsh 4.4.1 cannot parse', () => {
    assert.match(xml, /^<\?xml version="1.0"\?>\n/);
  });

  it('states the version of OCF, without which pcs refuses the agent', () => {
    assert.match(xml, /<version>1\.1<\/version>/);
  });

  it('gives back every text that went in, whatever characters it has', async () => {
    const { 'resource-agent': agent } = await parseStringPromise(xml);
    assert.equal(agent.shortdesc[0]._, AGENT.shortdesc);
    assert.equal(agent.longdesc[0]._, '\nfirst > one\n\nsecond\n');
    const [p, q] = agent.parameters[0].parameter;
    assert.deepEqual(p.content[0].$, { type: 'string', default: '"<&>"' });
    assert.deepEqual(q.content[0].$, { type: 'integer' });
    assert.deepEqual(
      agent.actions[0].action.map((action: { $: object }) => action.$),
      [
        { name: 'start', timeout: '20s' },
        { name: 'monitor', timeout: '20s', interval: '10s', depth: '0' },
      ],
    );
  });
});
