/**
 * One call of an agent, read from its argument and its environment
 * (OCF 1.1 "Resource agent API", Pacemaker's meta attributes with `-` turned into `_`).
 */
export interface OcfCall {
  /** The first argument; empty where there was none. Further arguments are ignored, as the API asks. */
  readonly action: string;
  /** `OCF_RESOURCE_INSTANCE`, or the agent's name where it is not set. */
  readonly instance: string;
  /** Milliseconds Pacemaker gives this very call. */
  readonly timeoutMs: number;
  /** A monitor with interval 0; an unset interval counts as a probe too, as the shell helpers have it. */
  readonly probe: boolean;
  readonly checkLevel: number;
  /** Pacemaker's name of this node, where Pacemaker told it. */
  readonly onNode: string | undefined;
  readonly clone: boolean;
  /** The clone's `notify` meta attribute. */
  readonly notify: boolean;
  /** Resource parameters, by name without `OCF_RESKEY_`. */
  readonly parameters: Readonly<Record<string, string>>;
}

type Vars = Readonly<Record<string, string | undefined>>;

/** What Pacemaker allows an operation that has no timeout configured (20 s). */
const DEFAULT_TIMEOUT_MS = 20_000;
const PARAMETER = 'OCF_RESKEY_';
const META = 'OCF_RESKEY_CRM_meta_';

/** Reads the call; never fails, whatever the environment holds. */
export function readCall(agentName: string, args: readonly string[], vars: Vars): OcfCall {
  const interval = numberOf(vars[`${META}interval`]);
  const timeout = numberOf(vars[`${META}timeout`]);
  return {
    action: args[0] ?? '',
    instance: nonEmpty(vars.OCF_RESOURCE_INSTANCE) ?? agentName,
    timeoutMs: timeout === undefined || timeout <= 0 ? DEFAULT_TIMEOUT_MS : timeout,
    probe: (interval ?? 0) === 0,
    checkLevel: numberOf(vars.OCF_CHECK_LEVEL) ?? 0,
    onNode: nonEmpty(vars[`${META}on_node`]),
    clone: nonEmpty(vars[`${META}clone`]) !== undefined || nonEmpty(vars[`${META}clone_max`]) !== undefined,
    notify: isTrue(vars[`${META}notify`]),
    parameters: parametersOf(vars),
  };
}

function parametersOf(vars: Vars): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(vars)) {
    const ours = key.startsWith(PARAMETER) && !key.startsWith(META) && key !== 'OCF_RESKEY_crm_feature_set';
    if (ours && value !== undefined && value !== '') found[key.slice(PARAMETER.length)] = value;
  }
  return found;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** Pacemaker's spellings of a true boolean (`crm_str_to_boolean`). */
function isTrue(text: string | undefined): boolean {
  return ['true', 'on', 'yes', 'y', '1'].includes((text ?? '').trim().toLowerCase());
}
