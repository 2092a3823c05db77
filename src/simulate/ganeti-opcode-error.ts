/** An opcode that failed, in the words Ganeti keeps with the job. */
export class OpcodeError extends Error {
  readonly encoded: readonly [className: string, args: readonly string[]];

  constructor(className: string, ...args: readonly string[]) {
    super(args[0] ?? className);
    this.name = 'OpcodeError';
    this.encoded = [className, args];
  }
}
