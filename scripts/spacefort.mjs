#!/usr/bin/env node
// The `spacefort` command of a checkout: installs and builds when needed, then is the built command line.
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { become, ensureInstalled, modernNode, ROOT } from './install.mjs'

ensureInstalled()
await ensureBuilt()
become(modernNode(), [join(ROOT, 'out', 'main', 'cli.js'), ...process.argv.slice(2)])
