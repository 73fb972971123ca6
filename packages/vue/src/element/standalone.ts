// The entry of the file that a page loads with one `<script type="module">`: registers `<runtail-monitor>`, whose server is the one that the file came from.

import { defineRuntailMonitor } from './index.ts'

defineRuntailMonitor({ url: new URL(/* @vite-ignore */ '.', import.meta.url).href })
