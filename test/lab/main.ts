// npm run lab -- COMMAND: the lab by hand.
import { spawn } from 'node:child_process';
import { plainEnvironment } from './command.ts';
import { configureCrmsh, configurePcs } from './configure.ts';
import { findHolder } from './holder/client.ts';
import { closeLab, labAt, openLab } from './lab.ts';
import { inLayer } from './layer/in-layer.ts';
import { readTimeline } from './timeline.ts';

const usage = `usage: npm run lab -- COMMAND

  up N [--no-agents] [--fresh] [--bare]  N hosts with both clusters formed (1 to 9)
  down [--keep]                end everything; delete the disks unless --keep
  exec HOST CMD...             run a command in a host; one argument is a shell line
  sh HOST                      a shell in a host
  kill HOST                    cut the power
  boot HOST                    power on with the same disk
  shutdown HOST                stop the services in order, then power off
  cut HOST [--carrier]         the network goes silent (--carrier: the link goes down)
  heal HOST                    the network is back
  freeze HOST | thaw HOST      stop or continue every process of a host
  bmc fail | ok | delay SECONDS  what fencing meets
  configure pcs|crmsh [--no-fencing]  the README's resources
  status                       hosts, links and daemons
  timeline                     what happened, merged over all hosts
  collect [LABEL]              save logs and states of all hosts
  layer exec CMD...            run a command in a throw-away root with Debian's packages and ours

LAB_DIR names the lab's folder (default: .lab in the project); another folder is another lab.`;

function say(line: string): void {
  console.error(`lab: ${line}`);
}

async function main(argv: readonly string[]): Promise<number> {
  const [command = 'help', ...rest] = argv;
  const lab = labAt();
  const flags = new Set(rest.filter((word) => word.startsWith('--')));
  const [first = '', ...more] = rest.filter(
    (word) => command === 'exec' || command === 'layer' || !word.startsWith('--'),
  );
  const done = (changed: boolean, otherwise: string): number => {
    if (!changed) say(otherwise);
    return 0;
  };
  switch (command) {
    case 'up':
      await openLab({
        hosts: Number(first),
        agents: !flags.has('--no-agents'),
        fresh: flags.has('--fresh'),
        services: !flags.has('--bare'),
        say,
      });
      return 0;
    case 'down':
      await closeLab(lab, { keep: flags.has('--keep') });
      return 0;
    case 'exec':
      return await attach(await lab.enterCommand(first, more.length === 1 ? ['bash', '-c', ...more] : more));
    case 'sh':
      return await attach(await lab.enterCommand(first, ['bash', '-l']));
    case 'kill':
      return done(await lab.kill(first), `${first} was off`);
    case 'boot':
      return done(await lab.boot(first), `${first} was on`);
    case 'shutdown':
      return done(await lab.shutdown(first), `${first} was off`);
    case 'cut':
      return done(await lab.cut(first, { carrier: flags.has('--carrier') }), `${first} is off or was cut`);
    case 'heal':
      return done(await lab.heal(first), `${first} is off or was connected`);
    case 'freeze':
      await lab.freeze(first);
      return 0;
    case 'thaw':
      await lab.thaw(first);
      return 0;
    case 'status':
      return await showStatus();
    case 'configure': {
      const fencing = !flags.has('--no-fencing');
      if (first === 'pcs') await configurePcs(lab, { fencing });
      else if (first === 'crmsh') await configureCrmsh(lab, { fencing });
      else throw new Error('usage: configure pcs|crmsh [--no-fencing]');
      return 0;
    }
    case 'timeline': {
      const events = readTimeline(lab);
      const start = events[0]?.t ?? 0;
      for (const { t, host, event, value } of events) {
        console.log(`${(t - start).toFixed(3).padStart(10)}  ${host}  ${event} ${value ?? '(unreadable)'}`);
      }
      return 0;
    }
    case 'collect':
      console.log(await lab.collect(first));
      return 0;
    case 'layer':
      return (await inLayer(more, { network: true, show: true, check: false, timeoutMs: 3_600_000 })).code;
    case 'bmc':
      if (first === 'fail' || first === 'ok') await lab.bmc({ fail: first === 'fail' });
      else if (first === 'delay' && Number(more[0]) >= 0) await lab.bmc({ delaySeconds: Number(more[0]) });
      else throw new Error('usage: bmc fail | ok | delay SECONDS');
      return 0;
    default:
      console.log(usage);
      return command === 'help' ? 0 : 2;
  }

  async function showStatus(): Promise<number> {
    if (findHolder(lab.paths) === undefined) {
      console.log(`no lab is up in ${lab.paths.dir}`);
      return 3;
    }
    const { hosts, bmc } = await lab.status();
    console.log(`bmc ${bmc.fail ? 'fails' : 'ok'}, delay ${bmc.delaySeconds} s`);
    for (const [host, state] of Object.entries(hosts)) {
      const daemons = state.on
        ? (
            await lab.exec(host, 'ps -eo comm= | grep -E "^(corosync|pacemaker|ganeti|sshd)" | sort -u', {
              check: false,
            })
          ).stdout
        : '';
      console.log(
        `${host} ${state.on ? `on, link ${state.link}` : 'off'}  ${daemons.trim().replace(/\s+/g, ' ')}`,
      );
    }
    return 0;
  }
}

// With the terminal's own stdin and stdout, so that a shell is one.
function attach(argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: '/',
    stdio: 'inherit',
    env: { ...plainEnvironment, TERM: process.env.TERM ?? 'dumb' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
