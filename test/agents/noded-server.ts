import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

/** What a node's noded says of itself; a test may change it at any time. */
export interface NodedScript {
  readonly running: string[];
  /** Its clock against the test's, milliseconds. */
  clockMs: number;
  /** Whom its ssconf names. */
  master: string;
  /** Sizes of files that are on that host, by path. */
  readonly files: Record<string, number>;
}

export interface NodedServer extends NodedScript {
  /** Functions that were called, in order. */
  readonly functions: string[];
  /** What each of them was given. */
  readonly given: unknown[];
  close(): Promise<void>;
}

/** Certificates of a made-up cluster; see the README beside them. */
export const CERTIFICATES = join(import.meta.dirname, '..', 'fixtures', 'noded');

/** A noded at this address on Ganeti's own port: it answers whoever has the certificate of a candidate. */
export async function nodedServer(address: string, script: Partial<NodedScript> = {}): Promise<NodedServer> {
  const pem = readFileSync(join(CERTIFICATES, 'server.pem'));
  const candidate = fingerprint(readFileSync(join(CERTIFICATES, 'client.pem'), 'utf8'));
  const state = {
    ...{ running: [] as string[], clockMs: 0, master: 'h1.lab.test', files: {} as Record<string, number> },
    ...script,
    functions: [] as string[],
    given: [] as unknown[],
  };
  const server = createServer(
    { cert: pem, key: pem, ca: pem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const name = (request.url ?? '').slice(1);
      state.functions.push(name);
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        state.given.push(JSON.parse(body));
        if (!Array.isArray(state.given.at(-1)) || request.method !== 'POST') response.writeHead(400).end();
        else response.end(`${JSON.stringify(answer(state, name, state.given.at(-1)))}\n`);
      });
    },
  );
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => {});
    if (fingerprint(socket.getPeerX509Certificate()?.toString() ?? '') !== candidate) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(1811, address, resolve);
  });
  return Object.assign(state, {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function answer(state: NodedScript, name: string, given: unknown): readonly [boolean, unknown] {
  switch (name) {
    case 'node_verify': {
      const ms = Date.now() + state.clockMs;
      return [true, { time: [Math.floor(ms / 1000), (ms % 1000) * 1000] }];
    }
    case 'instance_list':
      return [true, state.running];
    case 'master_node_name':
      return [true, state.master];
    case 'get_file_info': {
      const size = Array.isArray(given) ? state.files[given[0]] : undefined;
      return [true, size === undefined ? [false, {}] : [true, { size }]];
    }
    case 'jobqueue_set_drain_flag':
    case 'node_stop_master':
    case 'node_deactivate_master_ip':
      return [true, null];
    default:
      return [false, `no ${name} here`];
  }
}

/** The certificate in a PEM file, without the key. */
function fingerprint(pem: string): string {
  return /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END/.exec(pem)?.[1]?.replace(/\s/g, '') ?? '';
}
