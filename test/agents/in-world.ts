import { test } from 'node:test';
import { makeWorld, type World, type WorldOptions } from './world.ts';

/** A test in a world of its own, which is gone afterwards whatever happens. */
export function inWorld(title: string, options: WorldOptions, body: (world: World) => Promise<void>): void {
  test(title, async () => {
    const world = await makeWorld(options);
    try {
      await body(world);
    } finally {
      await world.close();
    }
  });
}
