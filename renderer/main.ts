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

createApp(ConsoleRoot).use(createPinia()).use(createConsoleI18n(FEATURES)).use(createConsoleRouter(FEATURES)).mount('#console')
