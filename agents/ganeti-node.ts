import type { Agent } from '../src/ocf/dispatch.ts';
import { runAgentProcess } from './agent-process.ts';

const agent: Agent = {
  name: 'ganeti-node',
  metadata: async () => (await import('../ocf-metadata/ganeti-node.xml.ts')).default,
  actions: {
    start: async () => (await import('../src/node/start.ts')).start,
    stop: async () => (await import('../src/node/stop.ts')).stop,
    monitor: async () => (await import('../src/node/monitor.ts')).monitor,
    notify: async () => (await import('../src/node/notify.ts')).notify,
    'validate-all': async () => (await import('../src/node/validate.ts')).validateAll,
  },
  giveUp: async () => (await import('../src/node/run-state.ts')).markStopped,
};

/** Runs one action of `ocf:ganeti:ganeti-node`. */
export function main(args: readonly string[]): Promise<void> {
  return runAgentProcess(agent, args);
}
