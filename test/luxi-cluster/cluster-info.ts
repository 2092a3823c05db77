import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { DISK_TEMPLATES } from './description.ts';

const RECORDED = recorded();

export const IPOLICY = { ...object(RECORDED.ipolicy), 'disk-templates': DISK_TEMPLATES };

/** What a real luxid said of a cluster, with this one's name and tags. */
export function clusterInfo({ name, master, tags, defaultIallocator }: Cluster): unknown {
  return {
    ...RECORDED,
    ...{ name, master, tags, default_iallocator: defaultIallocator, ipolicy: IPOLICY },
    enabled_disk_templates: DISK_TEMPLATES,
  };
}

function recorded(): Readonly<Record<string, unknown>> {
  const file = join(import.meta.dirname, '..', 'fixtures', 'luxi', 'cluster-info.luxi');
  const [, answer = ''] = readFileSync(file, 'utf8').split('\n< ');
  return object(object(JSON.parse(answer.split('\x03')[0] ?? '')).result);
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
