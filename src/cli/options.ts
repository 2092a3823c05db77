import { type Command, Option } from 'commander';

/** `-o`: for people or for programs. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how it is printed').choices(['text', 'json']).default('text');
}

export function dataDirOption(): Option {
  return new Option('--data-dir <path>', 'where Ganeti keeps its data').default('/var/lib/ganeti');
}

export function runDirOption(): Option {
  return new Option('--run-dir <path>', "where Ganeti's daemons keep their sockets").default(
    '/var/run/ganeti',
  );
}

/** For verbs that look as the agents do: without them the resource's own settings count. */
export function resourceDirs(command: Command): Command {
  return command
    .option('--data-dir <path>', "where Ganeti keeps its data; without it as the resource's own data_dir")
    .option('--run-dir <path>', "where Ganeti's daemons keep their sockets; likewise");
}
