// Puts one property to a program with a broken variant in place, and says how it failed.
import { PROPERTIES } from '../plan-properties.ts';

const [sentence = '', runs = '', seed = ''] = process.argv.slice(2);
const property = Object.entries(PROPERTIES).find(([name]) => name === sentence)?.[1];
if (property === undefined) throw new Error(`there is no property "${sentence}"`);
try {
  property(Number(runs), Number(seed));
  console.log('it held');
} catch (error) {
  console.log(error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error));
}
