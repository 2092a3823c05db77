import { test } from 'node:test';
import { type Machine, makeMachine } from './machine.ts';

/** A test on a machine of its own. */
export function onMachine(title: string, body: (machine: Machine) => void | Promise<void>): void {
  test(title, async () => {
    const machine = makeMachine();
    try {
      await body(machine);
    } finally {
      machine.close();
    }
  });
}
