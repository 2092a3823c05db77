import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build, type Metafile } from 'esbuild';

const PROJECT = join(import.meta.dirname, '../..');
/** The agents, and the folders of their actions. */
const AGENTS = { 'ganeti-master': 'master', 'ganeti-master-promotable': 'promotable', 'ganeti-node': 'node' };

/** Everything that is evaluated when this file is, that is all that it reaches without an `import()`. */
function evaluatedWith({ inputs }: Metafile, start: string): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const imports = inputs[file]?.imports ?? [];
    open.push(...imports.filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => path));
  }
  return reached;
}

describe('a monitor', async () => {
  const { metafile } = await build({
    entryPoints: [join(PROJECT, 'agents/main.ts')],
    absWorkingDir: PROJECT,
    bundle: true,
    platform: 'node',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });

  for (const [agent, folder] of Object.entries(AGENTS)) {
    it(`of ${agent} evaluates no npm package and none of Node's network modules before it knows that it needs one`, () => {
      const entries = ['agents/main.ts', `agents/${agent}.ts`, `src/${folder}/monitor.ts`];
      for (const entry of entries) {
        assert.ok(metafile.inputs[entry], `${entry} is not in the bundle`);
        const evaluated = [...evaluatedWith(metafile, entry)];
        const heavy = evaluated.filter((path) =>
          /node_modules|^node:(tls|http|https|http2|net|dgram|dns)$/.test(path),
        );
        assert.deepEqual(heavy, [], `${entry} evaluates them`);
      }
    });
  }
});
