/** `npm run chaos`: sees to a Chromium, builds, then runs the chaos with the arguments after `--`. */
import { build } from './build.ts'
import { ensureChromium } from './ensure-chromium.ts'

process.env['RUNTAIL_CHROMIUM'] = await ensureChromium()
if (!(await build())) process.exit(1)
await import('../e2e/chaos/main.ts')
