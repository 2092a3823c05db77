import { promotableActions } from '../src/promotable/actions.ts';
import { runAgentProcess } from './agent-process.ts';

/** Runs one action of `ocf:ganeti:ganeti-master-promotable`. */
export function main(args: readonly string[]): Promise<void> {
  const metadata = async () => (await import('../ocf-metadata/ganeti-master-promotable.xml.ts')).default;
  const actions = {
    ...promotableActions.actions,
    'validate-all': async () => (await import('../src/node/validate.ts')).validateAll,
  };
  return runAgentProcess({ name: 'ganeti-master-promotable', metadata, ...promotableActions, actions }, args);
}
