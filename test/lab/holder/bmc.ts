// The lab's baseboard management controllers: a unix socket every host sees as /lab-bmc/sock.
// One line in, "status|off|on|reboot HOST FROM"; one line out, "on|off|ok" or "error ...".
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BmcState } from './messages.ts';
import type { Power } from './power.ts';

export class Bmc {
  state: BmcState = { fail: false, delaySeconds: 0 };
  readonly #power: Power;

  constructor(power: Power) {
    this.#power = power;
  }

  async listen(socketPath: string): Promise<void> {
    const server = createServer((socket) => this.#serve(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
  }

  #serve(socket: Socket): void {
    // A host that asks for its own end is gone before the answer.
    socket.on('error', () => undefined);
    createInterface({ input: socket }).once('line', (line) => {
      const [action = '', name = '', from = ''] = line.trim().split(/\s+/);
      const host = name.split('.')[0] ?? '';
      this.#act(action, host, from).then(
        (answer) => socket.end(`${answer}\n`),
        (error: unknown) => socket.end(`error ${String(error)}\n`),
      );
    });
  }

  async #act(action: string, host: string, from: string): Promise<string> {
    if (!this.#power.config().hosts.includes(host)) return `error unknown host ${host}`;
    if (action === 'status') return this.#power.isOn(host) ? 'on' : 'off';
    if (action !== 'off' && action !== 'on' && action !== 'reboot') return `error unknown action ${action}`;
    this.#power.note(host, 'bmc-asked', `${action} by ${from}`);
    if (this.state.delaySeconds > 0) await sleep(this.state.delaySeconds * 1000);
    if (this.state.fail) {
      this.#power.note(host, 'bmc-refused', action);
      return 'error this BMC was told to fail';
    }
    if (action !== 'on') await this.#power.kill(host);
    if (action !== 'off') await this.#power.boot(host);
    this.#power.note(host, 'bmc-done', action);
    return 'ok';
  }
}
