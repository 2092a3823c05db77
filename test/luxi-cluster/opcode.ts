import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import { unparsable } from './opcode-parameters.ts';

export interface ClusterOpcode {
  readonly OP_ID: string;
  readonly [parameter: string]: unknown;
}

/** As strict as luxid 3.0.2. */
export function parseOpcodes(given: unknown): readonly ClusterOpcode[] {
  const ops: readonly unknown[] = Array.isArray(given) ? given : [];
  if (ops.length === 0) throw new Error('Failed to parse request: SubmitJob: no opcodes');
  return ops.map((one) => {
    const op: Readonly<Record<string, unknown>> = typeof one === 'object' && one !== null ? { ...one } : {};
    const wrong = unparsable(op);
    if (wrong !== undefined) throw new Error(`Failed to parse request: SubmitJob: ${wrong}`);
    if (/[^\x00-\x7f]/.test(JSON.stringify(op.reason)))
      throw new OpcodeError('GenericError', 'commitBuffer: invalid argument (invalid character)');
    return { ...op, OP_ID: String(op.OP_ID) };
  });
}

/** As Ganeti has it in a job's summary, e.g. `INSTANCE_FAILOVER(web1.lab.test)`. */
export function summaryOf(op: ClusterOpcode): string {
  const { instance_name: instance, node_name: node, name, duration } = op;
  const object = instance ?? node ?? name ?? duration;
  return `${op.OP_ID.replace('OP_', '')}${typeof object === 'string' || typeof object === 'number' ? `(${object})` : ''}`;
}

/** The instance whose lock an opcode takes; undefined for one that takes no instance's. */
export function instanceOf(op: ClusterOpcode): string | undefined {
  const { instance_name: instance, kind, name } = op;
  const found = instance ?? (kind === 'instance' ? name : undefined);
  return typeof found === 'string' ? found : undefined;
}
