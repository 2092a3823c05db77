import type { Files } from '../env/env.ts';
import type { Story } from './story.ts';
import { parseCluster } from './story-cluster.ts';
import { parseCommands, StoryError } from './story-commands.ts';

/** A scenario as a folder: `story.md` for people, `cluster.json` and `commands` for the simulator, `log` as it went. */
export interface StoryFolder {
  readonly story: Story;
  /** What is told to people; begins with "Given". */
  readonly prose: string;
  /** The golden log; undefined where nobody has kept one yet. */
  readonly golden: string | undefined;
}

/** Throws StoryError where a file is missing or cannot be understood. */
export function readStoryFolder(files: Files, folder: string): StoryFolder {
  const prose = required(files, `${folder}/story.md`);
  if (!prose.startsWith('Given ')) {
    throw new StoryError(`${folder}/story.md`, 1, 'a story begins with "Given" and says what is expected');
  }
  const cluster = parseCluster(required(files, `${folder}/cluster.json`), `${folder}/cluster.json`);
  const commands = parseCommands(required(files, `${folder}/commands`), `${folder}/commands`);
  const golden = files.read(`${folder}/log`);
  return {
    story: { folder, cluster, commands },
    prose,
    golden: golden.kind === 'text' ? golden.text : undefined,
  };
}

function required(files: Files, path: string): string {
  const read = files.read(path);
  if (read.kind === 'text') return read.text;
  const why = read.kind === 'missing' ? 'there is no such file' : `it cannot be read (${read.message})`;
  throw new StoryError(path, undefined, why);
}
