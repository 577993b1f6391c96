import { chromium, type Browser } from 'playwright-core'

const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Without a graphics card the processor draws: WebGL only, or all of it as a graphics card would. */
const DRAWING = {
  light: ['--disable-gpu', '--enable-unsafe-swiftshader'],
  full: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
}

/** The real Chromium of this machine, quiet. */
export function launchBrowser(drawing: keyof typeof DRAWING = 'light'): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...QUIET, ...DRAWING[drawing]] })
}
