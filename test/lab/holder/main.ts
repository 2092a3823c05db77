// The holder: pid 1 of the lab's pid, mount and network namespaces. Switch, BMC and all hosts are its children;
// when it ends, for whatever reason, the kernel ends everything in it, mounts and network included.
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { labPaths } from '../paths.ts';
import { Bmc } from './bmc.ts';
import type { HolderAnswer, HolderRequest } from './messages.ts';
import { makeSwitch, Power } from './power.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('usage: holder/main.ts LAB_DIR');
const paths = labPaths(dir);
const power = new Power(paths);
const bmc = new Bmc(power);

async function perform(request: HolderRequest): Promise<boolean> {
  switch (request.op) {
    case 'status':
      return false;
    case 'boot':
      return await power.boot(request.host);
    case 'kill':
      return await power.kill(request.host);
    case 'cut':
      return await power.cut(request.host, request.carrier);
    case 'heal':
      return await power.heal(request.host);
    case 'bmc': {
      const { fail = bmc.state.fail, delaySeconds = bmc.state.delaySeconds } = request;
      const changed = fail !== bmc.state.fail || delaySeconds !== bmc.state.delaySeconds;
      bmc.state = { fail, delaySeconds };
      return changed;
    }
  }
}

async function answer(line: string): Promise<HolderAnswer> {
  try {
    const changed = await perform(JSON.parse(line) as HolderRequest);
    return { ok: true, changed, status: { hosts: power.hosts(), bmc: bmc.state } };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function serve(socket: Socket): void {
  socket.on('error', () => undefined);
  createInterface({ input: socket }).once('line', (line) => {
    answer(line).then(
      (reply) => socket.end(`${JSON.stringify(reply)}\n`),
      () => socket.destroy(),
    );
  });
}

// A unix socket's path has 107 bytes: relative names fit, whatever the lab's folder is called.
process.chdir(paths.run);
rmSync('control.sock', { force: true });
rmSync(join('bmc', 'sock'), { force: true });
await makeSwitch();
await bmc.listen(join('bmc', 'sock'));
createServer(serve).listen('control.sock');
