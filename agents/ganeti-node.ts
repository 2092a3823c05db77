import { nodeActions } from '../src/node/actions.ts';
import { runAgentProcess } from './agent-process.ts';

/** Runs one action of `ocf:ganeti:ganeti-node`. */
export function main(args: readonly string[]): Promise<void> {
  const metadata = async () => (await import('../ocf-metadata/ganeti-node.xml.ts')).default;
  const actions = {
    ...nodeActions.actions,
    'validate-all': async () => (await import('../src/node/validate.ts')).validateAll,
  };
  return runAgentProcess({ name: 'ganeti-node', metadata, ...nodeActions, actions }, args);
}
