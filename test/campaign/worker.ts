// Plays the blocks it is given, one at a time.
import { parentPort } from 'node:worker_threads';
import { type Block, playBlock } from './campaign.ts';

parentPort?.on('message', async (block: Block) => {
  parentPort?.postMessage(await playBlock(block));
});
