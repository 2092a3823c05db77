import type { Agent } from '../ocf/dispatch.ts';

/** What `ocf:ganeti:ganeti-master-promotable` does; metadata and `validate-all` are added by whoever builds the agent. */
export const promotableActions: Pick<Agent, 'actions' | 'giveUp'> = {
  actions: {
    start: async () => (await import('./start.ts')).start,
    promote: async () => (await import('./promote.ts')).promote,
    demote: async () => (await import('./demote.ts')).demote,
    stop: async () => (await import('./stop.ts')).stop,
    monitor: async () => (await import('./monitor.ts')).monitor,
  },
  giveUp: async () => (await import('./active.ts')).giveUp,
};
