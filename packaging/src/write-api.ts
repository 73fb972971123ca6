// `npm run api`: writes the API of what is built into `packaging/api`, to be committed with the change that meant it.

import { writeFileSync } from 'node:fs'
import { apiFile, builtApi, TYPED_PACKAGES } from './api-files.ts'

for (const name of TYPED_PACKAGES) writeFileSync(apiFile(name), builtApi(name))
