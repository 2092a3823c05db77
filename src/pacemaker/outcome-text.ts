import type { Outcome } from '../env/env.ts';

/** Why a Pacemaker tool gave no answer, for messages. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited': {
      // With --output-as=xml the tools put their words into the XML on standard output.
      const said = outcome.stderr.trim() || /message="([^"]*)"/.exec(outcome.stdout)?.[1] || '';
      return `exit code ${outcome.code}${said === '' ? '' : ` (${said.replaceAll(/\s+/g, ' ')})`}`;
    }
    case 'killed':
      return `it was ended by ${outcome.signal}`;
    case 'timed-out':
      return 'no answer in time';
    case 'not-found':
      return `${outcome.program} is not installed (package pacemaker-cli-utils)`;
    case 'not-started':
      return outcome.message;
  }
}
