// Loaded with --import in front of an agent that runs from source: writes down what it evaluates, the project's files
// and packages by address, Node's own modules by name.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load: (url, context, nextLoad) => {
    loaded.push(url);
    return nextLoad(url, context);
  },
});
process.on('exit', () => {
  const own = process.moduleLoadList.flatMap(
    (line) => /^NativeModule (?!internal\/)(.*)/.exec(line)?.[1] ?? [],
  );
  writeFileSync(
    process.env.RECORD_MODULES,
    JSON.stringify([...loaded, ...own.map((name) => `node:${name}`)]),
  );
});
