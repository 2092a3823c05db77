import { type Limit, narrower, parseLimit } from './tag-limit.ts';

export type { Limit };

/** What the cluster's tags ask for. `undefined`: no usable tag says so, the parameter or the default decides. */
export interface TagSettings {
  readonly masterMode: 'partial' | 'full' | undefined;
  readonly nodeMode: 'partial' | 'full' | undefined;
  readonly usePowercycle: boolean;
  readonly usePoweroff: boolean;
  readonly evidence: 'fenced' | 'lost' | undefined;
  readonly maxOffline: Limit | undefined;
  /** Seconds. */
  readonly cooldown: number | undefined;
  readonly drainOnLeave: boolean;
  readonly onReturn: 'hold' | 'readmit' | undefined;
  /** Seconds. */
  readonly readmitAfter: number | undefined;
  /** One sentence for each tag that was not used, for the administrator. */
  readonly warnings: readonly string[];
}

const MASTER_MODE = 'ocf:ganeti-master:mode:';
const NODE_MODE = 'ocf:ganeti-node:mode:';
const EVIDENCE = 'ocf:node-offline:evidence:';
const MAX_OFFLINE = 'ocf:node-offline:max:';
const COOLDOWN = 'ocf:node-offline:cooldown:';
const ON_RETURN = 'ocf:node-offline:on-return:';
const READMIT_AFTER = 'ocf:node-offline:readmit-after:';
const DRAIN_ON_LEAVE = 'ocf:node-offline:drain-on-leave';
const POWERCYCLE = 'ocf:node-offline:use-powercycle';
const POWEROFF = 'ocf:node-offline:use-poweroff';
const OURS = ['ocf:ganeti-master:', 'ocf:ganeti-node:', 'ocf:node-offline:'];

/**
 * Cluster tags to settings; never throws. Ganeti has no test-and-set for tags and no order among them, so two
 * that contradict each other are possible: the safer value wins (`partial`, `fenced`, the smaller brake) and a
 * warning tells. `nodeCount` is only used to compare a count with a fraction.
 */
export function settingsFromTags(tags: readonly string[], nodeCount: number): TagSettings {
  const warnings: string[] = [];
  const choose = <T extends string>(prefix: string, safer: T, bolder: T): T | undefined =>
    chooseSafer(tags, prefix, safer, bolder, warnings);
  const masterMode = choose(MASTER_MODE, 'partial', 'full');
  const nodeMode = choose(NODE_MODE, 'partial', 'full');
  const evidence = choose(EVIDENCE, 'fenced', 'lost');
  const maxOffline = smallestLimit(tags, nodeCount, warnings);
  const onReturn = choose(ON_RETURN, 'hold', 'readmit');
  const readmitAfter = longest(
    tags,
    READMIT_AFTER,
    { parse: parseReadmitAfter, needs: '60 to 86400' },
    warnings,
  );
  const cooldown = longest(tags, COOLDOWN, { parse: parseCooldown, needs: '0 to 21600' }, warnings);
  warnings.push(
    ...tags
      .filter(isUnknown)
      .map((tag) => `The cluster tag ${tag} is not known and has no effect. ${removal(tag)}`),
  );
  return {
    masterMode,
    nodeMode,
    usePowercycle: tags.includes(POWERCYCLE),
    usePoweroff: tags.includes(POWEROFF),
    evidence,
    maxOffline,
    cooldown,
    drainOnLeave: tags.includes(DRAIN_ON_LEAVE),
    onReturn,
    readmitAfter,
    warnings,
  };
}

/** A minute to a day: less is no proof of health, more is better said by `hold`. */
export function parseReadmitAfter(text: string): number | undefined {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return seconds >= 60 && seconds <= 86_400 ? seconds : undefined;
}

/** None to six hours: no sweep reads further back in the ledger, where the storm is noted. */
function parseCooldown(text: string): number | undefined {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  return seconds >= 0 && seconds <= 21_600 ? seconds : undefined;
}

function longest(
  tags: readonly string[],
  prefix: string,
  { parse, needs }: { readonly parse: (text: string) => number | undefined; readonly needs: string },
  warnings: string[],
): number | undefined {
  const values = valuesOf(tags, prefix);
  const best = Math.max(...values.flatMap((value) => parse(value) ?? []));
  for (const value of values) {
    const seconds = parse(value);
    if (seconds === best) continue;
    const why =
      seconds === undefined ? `; it needs ${needs} seconds` : ` beside ${prefix}${best}, the longer`;
    const tag = prefix + value;
    warnings.push(`The cluster tag ${tag} has no effect${why}. ${removal(tag)}`);
  }
  return Number.isFinite(best) ? best : undefined;
}

function chooseSafer<T extends string>(
  tags: readonly string[],
  prefix: string,
  safer: T,
  bolder: T,
  warnings: string[],
): T | undefined {
  const values = valuesOf(tags, prefix);
  for (const value of values) {
    if (value === safer || value === bolder) continue;
    warnings.push(
      `The cluster tag ${prefix}${value} has no effect; ${safer} and ${bolder} are known. ${removal(prefix + value)}`,
    );
  }
  const hasSafer = values.includes(safer);
  const hasBolder = values.includes(bolder);
  if (hasSafer && hasBolder) {
    warnings.push(
      `The cluster tag ${prefix}${bolder} has no effect beside ${prefix}${safer}. ${removal(prefix + bolder)}`,
    );
  }
  return hasSafer ? safer : hasBolder ? bolder : undefined;
}

function smallestLimit(tags: readonly string[], nodeCount: number, warnings: string[]): Limit | undefined {
  const found: { readonly value: string; readonly limit: Limit }[] = [];
  for (const value of valuesOf(tags, MAX_OFFLINE)) {
    const limit = parseLimit(value);
    if (limit === undefined) {
      warnings.push(
        `The cluster tag ${MAX_OFFLINE}${value} has no effect; it needs a count such as 2 or a fraction such as 1/3. ${removal(MAX_OFFLINE + value)}`,
      );
    } else {
      found.push({ value, limit });
    }
  }
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  let best = first;
  for (const other of others)
    best = narrower(best.limit, other.limit, nodeCount) === best.limit ? best : other;
  for (const { value } of found.filter((one) => one !== best)) {
    warnings.push(
      `The cluster tag ${MAX_OFFLINE}${value} has no effect beside ${MAX_OFFLINE}${best.value}, the smaller limit. ${removal(MAX_OFFLINE + value)}`,
    );
  }
  return best.limit;
}

function valuesOf(tags: readonly string[], prefix: string): readonly string[] {
  const values = tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
  return [...new Set(values)].sort();
}

/** A tag in our name space that means nothing is most likely misspelt; the administrator counts on it. */
function isUnknown(tag: string): boolean {
  const known =
    [MASTER_MODE, NODE_MODE, EVIDENCE, MAX_OFFLINE, COOLDOWN, ON_RETURN, READMIT_AFTER].some((prefix) =>
      tag.startsWith(prefix),
    ) || [POWERCYCLE, POWEROFF, DRAIN_ON_LEAVE].includes(tag);
  return OURS.some((prefix) => tag.startsWith(prefix)) && !known;
}

function removal(tag: string): string {
  return `Remove it: gnt-cluster remove-tags ${tag}`;
}
