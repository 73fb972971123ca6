// What tools have loaded before a program: says so, each time.

require('node:fs').writeSync(1, 'preloaded\n')
