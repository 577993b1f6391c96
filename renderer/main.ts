import '@fontsource-variable/inter/wght.css'
import './app/theme/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { z } from 'zod'
import ConsoleRoot from './app/ConsoleRoot.vue'
import { FEATURES } from './app/features.ts'
import { createConsoleI18n } from './app/i18n/index.ts'
import { createConsoleRouter } from './app/router.ts'

// The content security policy forbids building code from strings, so the validators must not even try.
z.config({ jitless: true })

/** Waiting a moment for the font avoids that everything is measured twice; without it the console starts all the same. */
const fontWaitMs = 400
await Promise.race([document.fonts.load('14px "Inter Variable"'), new Promise((resolve) => setTimeout(resolve, fontWaitMs))])

createApp(ConsoleRoot).use(createPinia()).use(createConsoleI18n(FEATURES)).use(createConsoleRouter(FEATURES)).mount('#console')
