import { formatPending, formatResult, startMark } from './format-tags.ts';
import { type Decided, type InstanceCase, nothing, stateOf, waiting } from './instance-case.ts';
import { permits, stepType } from './permission.ts';

/** An instance that is not healthy and for which nothing is pending. */
export function decideToBegin(its: InstanceCase, newId: () => string): Decided {
  const { diagnosis, instance, policy, records, nowMs, stopped } = its;
  const allowed = policy.kind === 'allowed' ? policy.type : undefined;
  if (diagnosis.kind !== 'broken') {
    return nothing(stateOf(its), diagnosis.because);
  }
  const { step, type, because } = diagnosis;
  if (allowed === undefined) {
    const why = `no tag ganeti:watcher:autorepair:${type} on it, its group or the cluster allows that`;
    return nothing('needs-repair-disallowed', `${because}; ${why}`);
  }
  if (!permits(allowed, stepType(diagnosis))) {
    const why = `${because}; that needs the policy ${type}, and it is ${allowed}`;
    if (records.enoperm.some((result) => result.type === type))
      return nothing('needs-repair-disallowed', why);
    const at = Math.floor(nowMs / 1_000);
    const result = formatResult({ type, id: newId(), at, outcome: 'enoperm', jobs: [] });
    const action = { kind: 'tag', set: [result], remove: records.finished } as const;
    return { state: 'needs-repair-disallowed', action, because: why, ended: 'enoperm' };
  }
  if (stopped !== undefined) {
    return waiting('needs-repair-allowed', 'stopped', `${because}; nothing new is begun: ${stopped}`);
  }
  const id = newId();
  // Its first step may be allowed where the last one is not; with that it ends, and its data is the safer for it.
  const most = permits(allowed, type) ? type : allowed;
  const pending = formatPending({ type: most, id, since: Math.floor(nowMs / 1_000), jobs: [] });
  // A reinstallation stops the instance first; what it was is lost unless it is written down before.
  const mark = step === 'reinstall' && instance.adminState === 'up' ? [startMark(id)] : [];
  return {
    state: 'needs-repair-allowed',
    action: { kind: 'tag', set: [pending, ...mark], remove: records.finished },
    because: most === type ? because : `${because}; the ${type} after that is more than the policy allows`,
    ended: undefined,
  };
}
