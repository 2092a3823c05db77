import type { LuxiCall } from './luxi.ts';

/**
 * Drains or undrains the job queue: drained, luxid takes no new job; those it has go on, queued ones included. The
 * flag is an empty file on the master and the other candidates (Query/Server.hs, SetDrainFlag). luxid fails to undrain
 * a queue that is not drained: the file is then not there to be removed. Throws LuxiError.
 */
export async function setQueueDrained(call: LuxiCall, drained: boolean): Promise<void> {
  await call('SetDrainFlag', [drained]);
}
