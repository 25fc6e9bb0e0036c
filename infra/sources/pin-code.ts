import { readFileSync, writeFileSync } from 'node:fs';
import { listUnversioned, PINS_PATH, readCodePins, type CodePins } from './code-pins.ts';

// Notes what the code of every asset is. Where it changed, somebody says that results are the same, or raises the version.
const current = readCodePins();
const pinned = JSON.parse(readFileSync(PINS_PATH, 'utf8')) as CodePins;
const unversioned = listUnversioned(pinned, current);
if (unversioned.length > 0 && !process.argv.includes('--same-results')) {
  process.stderr.write(
    `The code of ${unversioned.join(', ')} changed and its version did not: raise it in shared/pipeline/code-version.ts, ` +
      'or, when results are the same to the last digit: make pin-code SAME_RESULTS=1\n',
  );
  process.exitCode = 1;
} else {
  writeFileSync(PINS_PATH, `${JSON.stringify(current, null, 2)}\n`);
}
