import { runCommandLine } from '../src/cli/command-line.ts';
import type { Story } from '../src/simulate/story.ts';

/** The real command line, for stories in which an administrator uses it. */
export const gntHaInStory: NonNullable<Story['gntHa']> = async (env, args) => {
  const { code, stdout, stderr } = await runCommandLine(env, args);
  return { code, output: stdout + stderr };
};
