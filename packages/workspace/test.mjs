/** `npm test`: sets up, builds and tests every package. Arguments after `--` go to vitest. */

import { installDependencies, requireNode, runTurbo } from './bootstrap.mjs';

requireNode();
installDependencies();
runTurbo(['build'], { quiet: true });
runTurbo(['test'], { keepGoing: true, passed: process.argv.slice(2) });
