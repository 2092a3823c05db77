import { dirname } from 'node:path';
import type { CommandResult } from '../lab/command.ts';
import { inLayer } from '../lab/layer/in-layer.ts';

/** Runs harep of Debian's ganeti-htools against a luxid's socket, in a throw-away root. */
export function realHarep(socket: string, ...words: readonly string[]): Promise<CommandResult> {
  return inLayer(['harep', '-L/luxi/ganeti-query', ...words], {
    agents: false,
    check: false,
    binds: [{ source: dirname(socket), target: '/luxi', readOnly: false }],
  });
}
