import type { Agent } from '../src/ocf/dispatch.ts';
import { runAgentProcess } from './agent-process.ts';

const agent: Agent = {
  name: 'ganeti-master',
  metadata: async () => (await import('../ocf-metadata/ganeti-master.xml.ts')).default,
  actions: {
    start: async () => (await import('../src/master/start.ts')).start,
    stop: async () => (await import('../src/master/stop.ts')).stop,
    monitor: async () => (await import('../src/master/monitor.ts')).monitor,
    'validate-all': async () => (await import('../src/node/validate.ts')).validateAll,
  },
  giveUp: async () => (await import('../src/master/run-state.ts')).markReleased,
};

/** Runs one action of `ocf:ganeti:ganeti-master`. */
export function main(args: readonly string[]): Promise<void> {
  return runAgentProcess(agent, args);
}
