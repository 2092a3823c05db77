// Puts the variant that BROKEN_VARIANT names in the place of the source it replaces, for everybody but itself.
import { registerHooks } from 'node:module';
import { VARIANTS } from './variants.ts';

const variant = VARIANTS.find(({ name }) => name === process.env.BROKEN_VARIANT);
if (variant === undefined) throw new Error('BROKEN_VARIANT names no variant');
const instead = new URL(`${variant.name}.ts`, import.meta.url).href;
const source = new URL(`../../../../src/repair/${variant.replaces}`, import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    return resolved.url === source && context.parentURL !== instead
      ? { ...resolved, url: instead }
      : resolved;
  },
});
