import { durationOf, each, hostOf, VerbError, type Verbs } from './story-words.ts';

/** What is made to go wrong, or to work again. */
export const faultVerbs: Verbs = {
  'fencing-fails': each('HOST…', 'its fence device refuses', ({ faults }, { name }) =>
    faults.fencingFails.add(name),
  ),
  'fencing-lies': each(
    'HOST…',
    'its fence device says that it has switched the power, and has not',
    ({ faults }, { name }) => faults.fencingLies.add(name),
  ),
  'fencing-works': each('HOST…', 'its fence device obeys again', ({ faults }, { name }) => {
    faults.fencingFails.delete(name);
    faults.fencingLies.delete(name);
    faults.fencingTakes.delete(name);
  }),
  'fencing-takes': {
    usage: 'HOST DURATION',
    does: 'its fence device is slow',
    act: ({ world, faults }, [name, by = '']) => {
      faults.fencingTakes.set(hostOf(world, name).name, durationOf(by));
    },
  },
  notifies: {
    usage: 'delivered|lost|twice',
    does: 'what becomes of the notifications of the clone',
    act: ({ faults }, [how]) => {
      if (how !== 'delivered' && how !== 'lost' && how !== 'twice')
        throw new VerbError(`"${how ?? ''}" is no way`);
      faults.notifies = how;
    },
  },
  'crash-agent': {
    usage: 'HOST STEP [ACTION]',
    does: 'the next action (such as start) there dies instead of this step (of those that leave the process)',
    act: ({ world, faults }, [name, step, action]) => {
      if (!/^[1-9]\d*$/.test(step ?? '')) throw new VerbError(`"${step ?? ''}" is no step`);
      faults.crash.set(hostOf(world, name).name, { step: Number(step), action });
    },
  },
  'deaf-pacemaker': each('HOST…', 'crm_mon and its like hang there', ({ faults }, { name }) =>
    faults.deafPacemaker.add(name),
  ),
  'deaf-configuration': each(
    'HOST…',
    "cibadmin alone hangs there, which reads Pacemaker's configuration",
    ({ faults }, { name }) => faults.deafConfiguration.add(name),
  ),
  'hearing-pacemaker': each('HOST…', 'they answer again', ({ faults }, { name }) => {
    faults.deafPacemaker.delete(name);
    faults.deafConfiguration.delete(name);
  }),
  jobs: {
    usage: 'normal|slow|failing|stuck',
    does: 'what becomes of jobs from now on',
    act: ({ faults }, [how]) => {
      if (how !== 'normal' && how !== 'slow' && how !== 'failing' && how !== 'stuck')
        throw new VerbError(`"${how ?? ''}" is no way`);
      faults.jobs = how;
    },
  },
  failovers: {
    usage: 'normal|exit-1-after|dies',
    does: 'how gnt-cluster master-failover ends from now on',
    act: ({ faults }, [how]) => {
      if (how !== 'normal' && how !== 'exit-1-after' && how !== 'dies')
        throw new VerbError(`"${how ?? ''}" is no way`);
      faults.failover = how;
    },
  },
};
