/** `npm start`: builds, then becomes `runtail serve --demo` with the arguments after `--`, in this process, so signals reach it. */
import { build } from './build.ts'

if (!(await build())) process.exit(1)
process.argv.splice(2, 0, 'serve', '--demo')
await import('../packages/cli/bin/runtail.js')
