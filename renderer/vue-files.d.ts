// Pages of the user guide, as HTML.
declare module '*.md' {
  const html: string
  export default html
}

// For tools that do not read Vue files themselves, such as the linter; the type check takes the real types.
declare module '*.vue' {
  import type { Component } from 'vue'

  const component: Component
  export default component
}
