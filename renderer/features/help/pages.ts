/** Pages of the user guide, in the order in which they are best read, by what they are about. */
export const GUIDE_PAGES = {
  begin: ['console', 'first-steps', 'keyboard'],
  watch: ['overview', 'wall', 'topology', 'activity', 'notifications', 'events'],
  run: ['apps', 'deploy', 'revisions', 'placement', 'instances', 'logs', 'terminal'],
  machines: ['hosts', 'add-hosts', 'maintenance'],
  console: ['settings', 'desktop'],
} as const

export const ALL_GUIDE_PAGES: readonly string[] = Object.values(GUIDE_PAGES).flat()
