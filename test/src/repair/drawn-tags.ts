import fc from 'fast-check';
import { REPAIR_TYPES } from '../../../src/repair/facts.ts';
import { OUTCOMES } from '../../../src/repair/tags.ts';

/** Seconds since the epoch; drawn times are around it. */
export const NOW = 1_700_000_000;

const P = 'ganeti:watcher:autorepair:';

const type = fc.constantFrom(...REPAIR_TYPES);
const seconds = fc.integer({ min: NOW - 5, max: NOW + 5 });
// Few, so that two records often have the same.
const id = fc.constantFrom('a', 'b', 'c');
const jobs = fc.subarray([7, 12, 1_300]).map((each) => each.join('+'));

export const policyTag = type.map((word) => P + word);

export const suspendTag = fc.oneof(
  fc.constantFrom(`${P}suspend`, `${P}suspend:`, `${P}suspend:tomorrow`, `${P}suspend:1:2`),
  seconds.map((until) => `${P}suspend:${until}`),
);

export const unclearPolicyTag = fc.constantFrom(P, `${P}Failover`, `${P}failover:`, `${P}suspended`);

export const pendingTag = fc
  .tuple(type, id, seconds, jobs)
  .map((fields) => `${P}pending:${fields.join(':')}`);

/** Those of one id are of one type, as they are where nobody made a mistake. */
export const agreeingPendingTag = fc
  .tuple(id, seconds, jobs)
  .map(([of, ...rest]) => `${P}pending:failover:${of}:${rest.join(':')}`);

export const resultTag = fc
  .tuple(type, id, seconds, fc.constantFrom(...OUTCOMES), jobs)
  .map((fields) => `${P}result:${fields.join(':')}`);

export const brokenRecordTag = fc.constantFrom(
  `${P}pending`,
  `${P}pending:failover:a:1:1:1`,
  `${P}pending:failover::1:`,
  `${P}result:failover:a:1:perhaps:`,
  `${P}result:failover:a:soon:failure:`,
);

export const startTag = id.map((of) => `ocf:repair:start:${of}`);

export const strangeTag = fc.constantFrom('production', 'ocf:repair:priority:9', 'ganeti:watcher:other');

export const anyTag = fc.oneof(
  policyTag,
  suspendTag,
  unclearPolicyTag,
  pendingTag,
  resultTag,
  brokenRecordTag,
  startTag,
  strangeTag,
);
