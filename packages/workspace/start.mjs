/** `npm start`: sets up and runs the main job, the three-grid scenario. Arguments after `--` go to `infersim run`. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installDependencies, requireNode, root, runTurbo } from './bootstrap.mjs';

requireNode();
installDependencies();
runTurbo(['build'], { quiet: true });

const command = join(root, 'packages', 'cli', 'bin', 'infersim.js');
const args = ['run', 'scenarios/three-grids.yaml', '--force', ...process.argv.slice(2)];
const child = spawn(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to the command too; it decides when to end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
