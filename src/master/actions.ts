import type { Agent } from '../ocf/dispatch.ts';

/** What `ocf:ganeti:ganeti-master` does; its metadata and `validate-all`, which both agents share, are added by whoever builds the agent. */
export const masterActions: Pick<Agent, 'actions' | 'giveUp'> = {
  actions: {
    start: async () => (await import('./start.ts')).start,
    stop: async () => (await import('./stop.ts')).stop,
    monitor: async () => (await import('./monitor.ts')).monitor,
  },
  giveUp: async () => (await import('./run-state.ts')).markReleased,
};
