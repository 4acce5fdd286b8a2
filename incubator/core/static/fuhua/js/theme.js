// Light or dark. Runs in the head, before the first paint, so that a page kept in a cache shows the reader's own choice.
// Without JavaScript the page follows the system.
(() => {
  'use strict'
  const root = document.documentElement
  root.classList.add('js')
  const saved = /(?:^|; )theme=(light|dark)/.exec(document.cookie)
  if (saved) root.dataset.theme = saved[1]

  const isDark = () => root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches

  const buttons = () => document.querySelectorAll('[data-theme-toggle]')

  const show = () => buttons().forEach((button) => button.setAttribute('aria-pressed', String(isDark())))

  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-theme-toggle]')) return
    root.dataset.theme = isDark() ? 'light' : 'dark'
    const secure = location.protocol === 'https:' ? '; secure' : ''
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`
    show()
  })
  document.addEventListener('DOMContentLoaded', show)
  document.addEventListener('htmx:after:swap', show)
})()
