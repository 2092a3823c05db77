import { BLOCK } from '../../../src/ganeti/no-voting.ts';

/** What an administrator may have in /etc/default/ganeti, which systemd reads by rules of its own. */
export const UNDERSTOOD: readonly string[] = [
  '',
  'LUXID_ARGS="-d"\n',
  "LUXID_ARGS='-d  --syslog=yes'",
  'LUXID_ARGS=-d --syslog=yes\n',
  'LUXID_ARGS=-d\nLUXID_ARGS=--syslog=only\n',
  'LUXID_ARGS=-d\nLUXID_ARGS=\n',
  'export LUXID_ARGS=-d\n',
  '  LUXID_ARGS = "-d"  \n',
  '#LUXID_ARGS="-d"\n;LUXID_ARGS=-d\n# it is not set\n',
  "# don't\nLUXID_ARGS=-d\n",
  '\r\nLUXID_ARGS=-d\r\n',
  // Left there from when the host had no units.
  `LUXID_ARGS="-d"\n${BLOCK}`,
];

/** Here our reading would not be systemd's, or quotes would be lost. */
export const REFUSED: readonly string[] = [
  'LUXID_ARGS="-d" # debug\n',
  'LUXID_ARGS="-d\n',
  'LUXID_ARGS="-d \\\n --syslog=yes"\n',
  '# one \\\nLUXID_ARGS=-d\n',
  'OTHER="\nLUXID_ARGS=-d\n"\n',
];
