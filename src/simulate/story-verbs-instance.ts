import type { SimGaneti } from './ganeti.ts';
import { type Stage, type Verb, VerbError, type Verbs } from './story-words.ts';

const RESULT = 'ganeti:watcher:autorepair:result:';

/** What is done to instances and to what bears their tags, and what becomes of their jobs. */
export const instanceVerbs: Verbs = {
  'tag-instance': tagVerb('INSTANCE TAG…', 'gnt-instance add-tags', 'instance', 'OP_TAGS_SET'),
  'untag-instance': tagVerb('INSTANCE TAG…', 'gnt-instance remove-tags', 'instance', 'OP_TAGS_DEL'),
  'tag-group': tagVerb('GROUP TAG…', 'gnt-group add-tags', 'nodegroup', 'OP_TAGS_SET'),
  'untag-group': tagVerb('GROUP TAG…', 'gnt-group remove-tags', 'nodegroup', 'OP_TAGS_DEL'),
  'forget-results': {
    usage: 'INSTANCE',
    does: 'gnt-instance remove-tags of all that autorepair has noted as its results',
    act: ({ ganeti }, [name]) => {
      const full = instanceNamed(ganeti, name);
      const tags = ganeti.instances().find(({ entry }) => entry.name === full)?.entry.tags ?? [];
      const results = tags.filter((tag) => tag.startsWith(RESULT));
      if (results.length > 0) ganeti.changeTags('instance', full, 'OP_TAGS_DEL', results);
    },
  },
  'start-instance': instanceVerb('gnt-instance startup', 'OP_INSTANCE_STARTUP'),
  'stop-instance': instanceVerb('gnt-instance shutdown', 'OP_INSTANCE_SHUTDOWN'),
  'migrate-instance': instanceVerb('gnt-instance migrate', 'OP_INSTANCE_MIGRATE'),
  'activate-disks': instanceVerb(
    'gnt-instance activate-disks: DRBD brings a copy that is behind up to date',
    'OP_INSTANCE_ACTIVATE_DISKS',
  ),
  'instance-jobs': {
    usage: 'normal|slow|failing|stuck|waiting|without-room',
    does: "what becomes of jobs that do something to an instance, from now on; changes of tags go well; waiting: with their nodes' locks they wait for what a mirror that is made holds",
    act: ({ faults }, [how]) => {
      const known = ['normal', 'slow', 'failing', 'stuck', 'waiting', 'without-room'] as const;
      const chosen = known.find((one) => one === how);
      if (chosen === undefined) throw new VerbError(`"${how ?? ''}" is no way`);
      faults.instanceJobs = chosen;
    },
  },
  instances: {
    usage: '',
    does: 'the log tells where each instance runs and where its data is, by the world and not by Ganeti',
    act: ({ world, ganeti }) => {
      for (const line of instanceLines(ganeti)) world.log(undefined, line);
    },
  },
};

function tagVerb(
  usage: string,
  does: string,
  kind: 'instance' | 'nodegroup',
  opId: 'OP_TAGS_SET' | 'OP_TAGS_DEL',
): Verb {
  return {
    usage,
    does,
    act: ({ ganeti }, [name, ...tags]) => {
      if (tags.length === 0) throw new VerbError('no tag is given');
      const full = kind === 'instance' ? instanceNamed(ganeti, name) : (name ?? '');
      ganeti.changeTags(kind, full, opId, tags);
    },
  };
}

function instanceVerb(does: string, opId: string): Verb {
  return {
    usage: 'INSTANCE',
    does,
    act: ({ ganeti }: Stage, [name]) => {
      ganeti.submit([{ OP_ID: opId, instance_name: instanceNamed(ganeti, name) }]);
    },
  };
}

/** By full or short name. */
function instanceNamed(ganeti: SimGaneti, name: string | undefined): string {
  const names = ganeti.instances().map(({ entry }) => entry.name);
  const found = names.find((one) => one === name) ?? names.find((one) => one.split('.')[0] === name);
  if (found === undefined) throw new VerbError(`"${name ?? ''}" is none of the instances`);
  return found;
}

/** One line each: configuration, then truth, then tags. */
export function instanceLines(ganeti: SimGaneti): readonly string[] {
  return ganeti.instances().map(({ entry, runsOn, copies }) => {
    const nodes = [entry.primary_node, ...(entry.secondary_node === undefined ? [] : [entry.secondary_node])];
    const runs = runsOn.length === 0 ? 'runs nowhere' : `runs on ${runsOn.join(' and ')}`;
    const data = copies.map(({ on, copy: { state, installation } }) => {
      const words = [state, ...(installation > 1 && state !== 'blank' ? ['installed anew'] : [])];
      return `${on} ${words.join(', ')}`;
    });
    return [
      `${entry.name}: ${entry.disk_template} on ${nodes.map((node) => node.split('.')[0]).join(' ')}, ${entry.admin_state}, ${runs}`,
      `data: ${data.join('; ')}`,
      ...(entry.tags.length === 0 ? [] : [`tags: ${entry.tags.join(' ')}`]),
    ].join('; ');
  });
}
