// A React page beside a Runtail server: the newest executions, and the chosen one in two ways, drawn by the page itself and by the element.

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'

const place = document.querySelector('#app')
if (!place) throw new Error('index.html has no place for the app.')
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
