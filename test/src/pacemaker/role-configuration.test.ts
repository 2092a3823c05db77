import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { CIB_FILE } from '../../../src/pacemaker/cib-file.ts';
import { roleConfiguration } from '../../../src/pacemaker/role-configuration.ts';
import { makeMachine } from '../ganeti/machine.ts';

const NODE = '<clone id="c"><primitive id="n" class="ocf" provider="ganeti" type="ganeti-node"/></clone>';

function threshold(value: string): string {
  return `<meta_attributes id="m-${value}"><nvpair id="t-${value}" name="migration-threshold" value="${value}"/></meta_attributes>`;
}

describe("the roles' configuration", () => {
  const machine = makeMachine();
  after(() => machine.close());

  async function thresholdOf(master: string, defaults = ''): Promise<number | undefined> {
    machine.put(
      CIB_FILE,
      `<cib><configuration><crm_config/><nodes/><resources>${NODE}${master}</resources>
      <rsc_defaults>${defaults}</rsc_defaults></configuration></cib>`,
    );
    const roles = await roleConfiguration(machine.env);
    assert.ok(roles !== undefined);
    return roles.migrationThreshold;
  }

  const primitive = (meta = ''): string =>
    `<primitive id="m" class="ocf" provider="ganeti" type="ganeti-master">${meta}</primitive>`;

  it("has the master role's migration-threshold, of the innermost place that sets it", async () => {
    assert.equal(await thresholdOf(primitive(threshold('3'))), 3);
    assert.equal(await thresholdOf(primitive(threshold('3')), threshold('7')), 3);
    assert.equal(await thresholdOf(primitive(), threshold('7')), 7);
    assert.equal(
      await thresholdOf(`<clone id="k">${threshold('4')}${primitive()}</clone>`, threshold('7')),
      4,
    );
  });

  it('has none where nobody has set one, to no number, or to 0, which switches it off', async () => {
    assert.equal(await thresholdOf(primitive(threshold('0'))), undefined);
    assert.equal(await thresholdOf(primitive()), undefined);
    assert.equal(await thresholdOf(''), undefined);
    assert.equal(await thresholdOf(primitive(threshold('INFINITY'))), undefined);
  });
});
