import { copyFileSync, mkdirSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { guidePages } from './scripts/guide-pages.ts'
import packageJson from './package.json' with { type: 'json' }

/** Packages with compiled parts are loaded from node_modules; everything else becomes part of the bundle. */
const natives = [...Object.keys(packageJson.dependencies), 'cpu-features']

/** electron-vite sets './' in the end, which breaks addresses below the first level when the console is served. */
const rootBase: Plugin = {
  name: 'root-base',
  enforce: 'post',
  config: (config) => {
    config.base = '/'
  },
}

/** The API page's own files, which an installed desktop has no packages to take from. */
const apiPage: Plugin = {
  name: 'api-page',
  closeBundle() {
    mkdirSync('out/docs', { recursive: true })
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE'])
      copyFileSync(`node_modules/swagger-ui-dist/${file}`, `out/docs/${file}`)
  },
}

/**
 * The first page needs Vue and the components; charts come with the first page that draws one. A group takes along what its
 * files import, so Vue has to be taken first, or every page would wait for the charts.
 */
const rendererChunks = [
  { name: 'framework', test: /node_modules[\\/](@vue|vue|vue-router|pinia|vue-i18n|@intlify)[\\/]/, priority: 1 },
  { name: 'charts', test: /node_modules[\\/](echarts|zrender|vue-echarts)[\\/]/ },
]

const real = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 }
const unitFolders = ['core', 'renderer', 'electron', 'scripts', 'lab', 'resources']

export default {
  ...defineConfig({
    main: {
      build: {
        externalizeDeps: false,
        sourcemap: true,
        rolldownOptions: {
          input: { index: 'electron/main.ts', cli: 'core/main.ts' },
          external: [...natives, 'electron', /^node:/],
        },
      },
    },
    preload: {
      build: {
        externalizeDeps: false,
        rolldownOptions: { input: { preload: 'electron/preload.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
      },
    },
    renderer: {
      root: 'renderer',
      plugins: [vue(), guidePages(), rootBase, apiPage],
      build: {
        minify: true,
        target: 'es2022',
        // Charts are one big lazy piece.
        chunkSizeWarningLimit: 700,
        rolldownOptions: { input: 'renderer/index.html', output: { codeSplitting: { groups: rendererChunks } } },
      },
    },
  }),
  plugins: [vue()],
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: unitFolders.map((folder) => `${folder}/**/*.test.ts`) } },
      { extends: true, test: { name: 'engines', include: ['tests/engines/**/*.test.ts'], ...real } },
      { extends: true, test: { name: 'faults', include: ['tests/faults/**/*.test.ts'], ...real } },
      { extends: true, test: { name: 'e2e', include: ['tests/e2e/**/*.test.ts'], ...real } },
      { extends: true, test: { name: 'desktop', include: ['tests/desktop/**/*.test.ts'], ...real } },
    ],
  },
}
