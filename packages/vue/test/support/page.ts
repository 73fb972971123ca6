// A real page with the styles of the library, as a host loads them, and what tests do with it.

import '../../src/style.css'

export * from './mounting.ts'
