import { REPAIR_TYPES, type RepairType } from './facts.ts';
import type { Broken, Diagnosis, Policy } from './plan-types.ts';

/** Each type allows those of less risk, too. */
export function permits(allowed: RepairType, needed: RepairType): boolean {
  return REPAIR_TYPES.indexOf(needed) <= REPAIR_TYPES.indexOf(allowed);
}

/** What the next step alone needs: a repair goes as far as it may, since half of one may save the data. */
export function stepType({ step, type }: Broken): RepairType {
  return step === 'replace-secondary' ? 'fix-storage' : type;
}

/** Whether policy allows at least the first step, as far as that is known. */
export function mayBegin(policy: Policy, diagnosis: Diagnosis): boolean {
  if (policy.kind !== 'allowed') return false;
  return diagnosis.kind !== 'broken' || permits(policy.type, stepType(diagnosis));
}
