// The entry of the build: everything of `index.ts`, and the style sheet that becomes `style.css`.

import './style.css'

export * from './index.ts'
