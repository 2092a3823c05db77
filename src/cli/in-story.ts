import type { Story } from '../simulate/story.ts';
import { runCommandLine } from './command-line.ts';

/** The command line itself, for stories in which an administrator uses it. */
export const gntHaInStory: NonNullable<Story['gntHa']> = async (env, args) => {
  const { code, stdout, stderr } = await runCommandLine(env, args);
  return { code, output: stdout + stderr };
};
