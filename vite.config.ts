import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const real = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 }

export default {
  ...defineConfig({}),
  plugins: [vue()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['core/**/*.test.ts', 'renderer/**/*.test.ts', 'electron/**/*.test.ts', 'scripts/**/*.test.ts', 'lab/**/*.test.ts', 'resources/**/*.test.ts'],
        },
      },
      { extends: true, test: { name: 'engines', include: ['tests/engines/**/*.test.ts'], ...real } },
      { extends: true, test: { name: 'e2e', include: ['tests/e2e/**/*.test.ts'], ...real } },
      { extends: true, test: { name: 'desktop', include: ['tests/desktop/**/*.test.ts'], ...real } },
    ],
  },
}
