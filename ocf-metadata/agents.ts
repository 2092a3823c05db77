import type { AgentDescription } from '../src/ocf/metadata.ts';
import { ganetiMaster } from './ganeti-master.ts';
import { ganetiMasterPromotable } from './ganeti-master-promotable.ts';
import { ganetiNode } from './ganeti-node.ts';

/** Every agent that is installed. */
export const AGENTS: readonly AgentDescription[] = [ganetiMaster, ganetiMasterPromotable, ganetiNode];
