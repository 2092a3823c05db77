// The contract tests' way to Debian's tools: a throw-away root with the packages and, if built, our own.
import type { CommandResult } from '../command.ts';
import { projectDir } from '../paths.ts';
import { agentsLayer, builtPackage, packageLayer } from './build.ts';
import { type Bind, type EnterOptions, enterOverlay } from './enter.ts';

export interface InLayerOptions extends Omit<EnterOptions, 'lower' | 'keep'> {
  /** With our package installed: `true` demands it, `false` leaves it out; default: if it has been built. */
  readonly agents?: boolean;
}

/**
 * Runs `argv` in a throw-away overlay on the lab's layers, with the project read-only at /project. Nothing it
 * writes outlives it. Throws CommandFailed for an exit code other than 0 unless `check` is false.
 */
export async function inLayer(argv: readonly string[], options: InLayerOptions = {}): Promise<CommandResult> {
  const { agents, binds = [], ...rest } = options;
  const deb = agents === false ? undefined : builtPackage();
  if (deb === undefined && agents === true)
    throw new Error('no build/ganeti-ha_*_amd64.deb: run `npm run package` first');
  const base = await packageLayer();
  const top = deb === undefined ? [] : (await agentsLayer(base, deb)).lower;
  const project: Bind = { source: projectDir, target: '/project' };
  return await enterOverlay(argv, { ...rest, lower: [...top, ...base.lower], binds: [project, ...binds] });
}
