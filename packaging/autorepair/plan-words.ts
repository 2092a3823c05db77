// A plan's line in words that are the same wherever the same is meant: without names, times and numbers of jobs.
import { REPAIR_TYPES } from '../../src/repair/facts.ts';
import type { InstancePlan } from '../../src/repair/plan-types.ts';
import { NOW_S, type TagCase } from './tag-cases.ts';

const TYPES = REPAIR_TYPES.join('|');

export function actionWords({ action, ended }: InstancePlan, tags: TagCase): string {
  switch (action.kind) {
    case 'none':
      return 'none';
    case 'wait':
      return `wait ${action.wait}`;
    case 'repair':
      if (action.step !== 'reinstall') return action.step;
      return action.start ? 'reinstall, start' : 'reinstall, leave down';
    case 'tag': {
      const words = [
        ...action.set.map((tag) => `+${tagWords(tag, tags)}`),
        ...action.remove.map((tag) => `-${tagWords(tag, tags)}`),
      ].join(' ');
      return ended === undefined ? words : `${words} (${ended})`;
    }
    default:
      return action satisfies never;
  }
}

/** A result keeps type, id and jobs of its pending tag, so that only what differs is said. */
function tagWords(tag: string, { tags }: TagCase): string {
  const words = tag.replace('ganeti:watcher:autorepair:', '').replace(`:${NOW_S}:`, ':NOW:');
  if (tags.includes(tag))
    return words.startsWith('pending') ? 'its-pending' : words.startsWith('ocf') ? 'mark' : 'its-result';
  const [, type, jobs] = tags[0]?.match(/:pending:([^:]+):OLD:\d+:(.*)$/) ?? [];
  const ending = words.match(/^result:([^:]+):OLD:NOW:([^:]+):(.*)$/);
  if (ending !== null && ending[1] === type && ending[3] === jobs) return `result-${ending[2]}`;
  return words;
}

export function reasonWords({ because, diagnosis }: InstancePlan): string {
  return because
    .replace(diagnosis.because, 'DIAGNOSIS')
    .replaceAll(/\bi\d+\b/g, 'NAME')
    .replaceAll(/\b[Jj]ob \d+(, \d+)*/g, 'job JOB')
    .replaceAll('ganeti:watcher:autorepair:', '')
    .replace(/ by suspend\S* on NAME, until .*$/, ' by TAG on NAME, until WHEN')
    .replace(new RegExp(`\\band it is (${TYPES})$`), 'and it is POLICY')
    .replace(new RegExp(`\\bis a (${TYPES})$`), 'is a TYPE');
}
