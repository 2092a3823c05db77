import type { Env } from '../env/env.ts';

export const COROSYNC_CONF = '/etc/corosync/corosync.conf';

/** What decides when a loss is noticed and who has quorum then. */
export interface CorosyncConf {
  /** With what `token_coefficient` adds. */
  readonly tokenMs: number;
  readonly twoNode: boolean;
  /** What else is set that changes either, by the names of corosync.conf(5), such as `quorum.device`. */
  readonly others: readonly string[];
}

export type CorosyncConfAnswer =
  | { readonly kind: 'known'; readonly conf: CorosyncConf }
  | { readonly kind: 'unknown'; readonly message: string };

/** Defaults of corosync.conf(5). */
const TOKEN_MS = 3_000;
const COEFFICIENT_MS = 650;
const OTHERS = [
  'totem.consensus',
  'quorum.device',
  'quorum.last_man_standing',
  'quorum.auto_tie_breaker',
  'quorum.expected_votes',
  'nodelist.node.quorum_votes',
] as const;
const WAIT_FOR_ALL = 'quorum.wait_for_all';

/** As it is on the disk: what corosync runs with, unless somebody has changed it since without a reload. */
export function readCorosyncConf({ files }: Pick<Env, 'files'>): CorosyncConfAnswer {
  const file = files.read(COROSYNC_CONF);
  if (file.kind !== 'text') {
    const message = file.kind === 'missing' ? 'is missing' : `cannot be read (${file.message})`;
    return { kind: 'unknown', message: `${COROSYNC_CONF} ${message}` };
  }
  const settings = settingsOf(file.text);
  const number = (name: string, fallback: number): number => {
    const value = settings.find(([path]) => path === name)?.[1] ?? '';
    return /^\d+$/.test(value) ? Number(value) : fallback;
  };
  const nodes = settings.filter(([path]) => path === 'nodelist.node').length;
  const added = number('totem.token_coefficient', COEFFICIENT_MS) * Math.max(0, nodes - 2);
  return {
    kind: 'known',
    conf: {
      tokenMs: number('totem.token', TOKEN_MS) + added,
      twoNode: number('quorum.two_node', 0) === 1,
      others: [
        ...OTHERS.filter((name) => settings.some(([path, value]) => path === name && value !== '0')),
        // Which two_node brings by itself.
        ...settings.flatMap(([path, value]) => (path === WAIT_FOR_ALL && value === '0' ? [path] : [])),
      ],
    },
  };
}

/** Each setting by its path, and each section with an empty value. */
function settingsOf(text: string): readonly (readonly [path: string, value: string])[] {
  const sections: string[] = [];
  return text.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
    const [, section] = /^\s*(\w+)\s*\{\s*$/.exec(line) ?? [];
    if (section !== undefined) {
      sections.push(section);
      return [[sections.join('.'), '']];
    }
    if (/^\s*\}\s*$/.test(line)) sections.pop();
    const [, key, value = ''] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [[[...sections, key].join('.'), value]];
  });
}
