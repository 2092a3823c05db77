import { durationOf, each, hostOf, many, type Verbs, wordOf } from './story-words.ts';

/** What happens to hosts, their disks, clocks and network, and who types `gnt-ha` there. */
export const hostVerbs: Verbs = {
  'power-off': each('HOST…', 'the power fails', ({ world }, host) => world.powerOff(host)),
  'power-on': each('HOST…', 'the power is back, or somebody presses the button', ({ world }, host) =>
    world.powerOn(host),
  ),
  cut: many('HOST…', 'these hosts reach each other and nobody else', ({ world }, hosts) => world.cut(hosts)),
  heal: many('HOST…', 'they are connected again', ({ world }, hosts) => world.heal(hosts)),
  'disk-full': each('HOST…', 'its disk is full', (_, { disk }) => {
    disk.fault = 'full';
  }),
  'disk-read-only': each('HOST…', 'its disk is read-only', (_, { disk }) => {
    disk.fault = 'read-only';
  }),
  'disk-well': each('HOST…', 'its disk can be written again', (_, { disk }) => {
    disk.fault = undefined;
  }),
  skew: {
    usage: 'HOST DURATION|-DURATION',
    does: 'its clock is wrong by so much',
    act: ({ world }, [name, by = '']) => {
      const ms = durationOf(by.replace(/^-/, ''));
      hostOf(world, name).skewMs = by.startsWith('-') ? -ms : ms;
    },
  },
  simulate: {
    usage: 'HOST CONDITION',
    does: 'an empty file in simulate.d',
    act: ({ world }, [name, condition = '']) =>
      hostOf(world, name).disk.put(`/etc/ganeti-ha/simulate.d/${wordOf(condition)}`, ''),
  },
  'stop-simulating': {
    usage: 'HOST CONDITION',
    does: 'the file is removed',
    act: ({ world }, [name, condition = '']) => {
      hostOf(world, name).disk.remove(`/etc/ganeti-ha/simulate.d/${wordOf(condition)}`);
    },
  },
  'gnt-ha': {
    usage: 'HOST|master WORD…',
    does: 'runs gnt-ha there, or on whoever is the Ganeti master by then',
    act: ({ world, ganeti, gntHa }, [name, ...words]) => {
      const master = name === 'master' ? world.host(ganeti.masterByConfig()) : undefined;
      gntHa(master ?? hostOf(world, name), words);
    },
  },
};
