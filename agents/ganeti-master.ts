import { masterActions } from '../src/master/actions.ts';
import { runAgentProcess } from './agent-process.ts';

/** Runs one action of `ocf:ganeti:ganeti-master`. */
export function main(args: readonly string[]): Promise<void> {
  const metadata = async () => (await import('../ocf-metadata/ganeti-master.xml.ts')).default;
  const actions = {
    ...masterActions.actions,
    'validate-all': async () => (await import('../src/node/validate.ts')).validateAll,
  };
  return runAgentProcess({ name: 'ganeti-master', metadata, ...masterActions, actions }, args);
}
