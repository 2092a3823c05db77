import { makePackage } from '../../packaging/deb/package.ts';
import { realStory } from './demo-real.ts';

/**
 * `npm run demo`: a node dies, then the master. As root on a real cluster of three hosts; otherwise the same story
 * with the compiled agents against recorded stubs, which is said.
 */
const started = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${line}`);

say('building the binary and the package');
await makePackage();
if (process.getuid?.() === 0) {
  await realStory(say);
} else {
  say(
    'not root: no namespaces, so no real cluster. The compiled agents play the story against recorded stubs.',
  );
  const { stubStory } = await import('./demo-stubs.ts');
  await stubStory(say);
}
