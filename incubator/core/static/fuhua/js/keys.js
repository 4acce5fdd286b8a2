// "/" puts the cursor into the search field of the page; Escape closes an open menu.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape') {
    const open = event.target.closest?.('details[data-menu][open]') ?? document.querySelector('details[data-menu][open]')
    if (!open) return
    open.open = false
    open.querySelector('summary')?.focus()
    return
  }
  if (event.key !== '/' || event.target.closest?.('input, textarea, select, [contenteditable]')) return
  const search = document.querySelector('[data-search]')
  if (!search) return
  event.preventDefault()
  search.focus()
  search.select()
})

// A click outside closes an open menu.
document.addEventListener('click', (event) => {
  document.querySelectorAll('details[data-menu][open]').forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false
  })
})
