import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { current, generatedFiles } from '../../packaging/generated.ts';

describe('a checked-in generated file', () => {
  for (const { path, text } of generatedFiles()) {
    it(`${path} is as \`npm run generate\` writes it`, () => {
      assert.equal(current(path), text);
    });
  }
});

describe('the module with the metadata', () => {
  for (const agent of ['ganeti-master', 'ganeti-master-promotable', 'ganeti-node']) {
    it(`of ${agent} exports the very text of the XML file`, async () => {
      const module: { default: string } = await import(`../../ocf-metadata/${agent}.xml.ts`);
      assert.equal(module.default, current(`ocf-metadata/${agent}.xml`));
    });
  }
});
