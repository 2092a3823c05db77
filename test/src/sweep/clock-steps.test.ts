import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Files } from '../../../src/env/env.ts';
import { CLOCK_FILE } from '../../../src/env/paths.ts';
import { BRAKE_WINDOW_MS } from '../../../src/policy/brake.ts';
import { clockSetForward } from '../../../src/sweep/clock-steps.ts';
import { makeMachine } from '../ganeti/machine.ts';

const MINUTE = 60_000;

interface Host {
  /** Time passes, and the clock is set forward or back besides. */
  pass(ms: number, setMs?: number): void;
  look(): number;
  tear(): void;
  forgetBoot(): void;
}

function onHost(title: string, body: (host: Host) => void): void {
  it(title, () => {
    const machine = makeMachine();
    let [upMs, wallMs] = [60_000, 1_753_000_000_000];
    let isBootKnown = true;
    // /proc is the real one there.
    const files: Files = {
      ...machine.env.files,
      read: (path) => {
        if (path !== '/proc/uptime') return machine.env.files.read(path);
        if (!isBootKnown) return { kind: 'missing' };
        return { kind: 'text', text: `${(upMs / 1000).toFixed(2)} 0.00\n`, mtimeMs: wallMs };
      },
    };
    const env = { ...machine.env, files, clock: { ...machine.env.clock, now: () => wallMs } };
    try {
      body({
        pass: (ms, setMs = 0) => {
          upMs += ms;
          wallMs += ms + setMs;
        },
        look: () => {
          const { ms, remember } = clockSetForward(env);
          remember();
          return ms;
        },
        tear: () => machine.put(CLOCK_FILE, '[{"offsetMs":1'),
        forgetBoot: () => {
          isBootKnown = false;
        },
      });
    } finally {
      machine.close();
    }
  });
}

describe('how far the clock was set forward', () => {
  onHost('is nothing while it goes on evenly, also where it is slewed a little', (host) => {
    host.look();
    host.pass(10 * MINUTE, 300);
    assert.equal(host.look(), 300);
    host.pass(MINUTE);
    assert.ok(host.look() <= 300);
  });

  onHost('is the step, for as long as the brake remembers what was dated before it', (host) => {
    host.look();
    host.pass(MINUTE, 13 * MINUTE);
    assert.equal(host.look(), 13 * MINUTE);
    host.pass(BRAKE_WINDOW_MS - 2 * MINUTE);
    assert.equal(host.look(), 13 * MINUTE);
    host.pass(5 * MINUTE);
    assert.equal(host.look(), 0);
  });

  onHost('is nothing after a step back: the brake bears what is dated in the future', (host) => {
    host.look();
    host.pass(MINUTE, -13 * MINUTE);
    assert.equal(host.look(), 0);
  });

  onHost('is the sum of two steps', (host) => {
    host.look();
    host.pass(MINUTE, 5 * MINUTE);
    host.look();
    host.pass(MINUTE, 5 * MINUTE);
    assert.equal(host.look(), 10 * MINUTE);
  });

  onHost('begins anew from a file that is torn, and is not known without a time since boot', (host) => {
    host.look();
    host.tear();
    host.pass(MINUTE, MINUTE);
    assert.equal(host.look(), 0);
    host.pass(MINUTE, MINUTE);
    host.forgetBoot();
    assert.equal(host.look(), 0);
  });
});
