import { ipcRenderer } from 'electron'

// The page is given nothing. The menu follows the language that the console shows in <html lang>.
window.addEventListener('DOMContentLoaded', () => {
  const tell = () => ipcRenderer.send('language', document.documentElement.lang)
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ['lang'] })
  tell()
})
